import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { PlainError } from '../plain-error.ts'
import { lastMeaningfulLine } from '../supervisor/last-words.ts'
import { removeLeftovers, replaceFolder } from './build-service.ts'

/**
 * Builds the web app with vite into `services/web/dist`; the old files stay until the new ones are whole.
 *
 * @throws {PlainError} with vite's reason.
 */
export async function buildWeb(root: string, marker: string): Promise<void> {
  const folder = join(root, 'services/web')
  const fresh = join(folder, `dist.new-${process.pid}`)
  removeLeftovers(folder)
  try {
    await runVite(root, folder, basename(fresh))
    writeFileSync(join(fresh, '.built'), marker)
    replaceFolder(fresh, join(folder, 'dist'))
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

function runVite(root: string, folder: string, outDir: string): Promise<void> {
  const args = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn']
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-20_000)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else
        reject(
          new PlainError(
            `the web app does not build: ${/^.*Error: .*$/m.exec(output)?.[0] ?? lastMeaningfulLine(output) ?? `vite ended with ${code}`}`,
          ),
        )
    })
  })
}

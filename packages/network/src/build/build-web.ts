import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
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
      else reject(new PlainError(viteReason(output) ?? `vite ended with ${code}`))
    })
  })
}

const reasonLines = 8

/** What vite says between its headline and the stack trace: a first line, then where it is in the file. */
export function viteReason(output: string): string | null {
  const [, said] = stripVTControlCharacters(output).split(/^error during build:\n(?:Build failed with \d+ errors?:\n)?/m)
  if (said === undefined) return lastMeaningfulLine(output)
  const lines = said.split('\n').map((line) => line.trimEnd())
  const end = lines.findIndex((line) => /^\s+at /.test(line))
  const told = lines.slice(0, end === -1 ? undefined : end).filter((line) => line !== '')
  return told.length === 0 ? lastMeaningfulLine(output) : told.slice(0, reasonLines).join('\n')
}

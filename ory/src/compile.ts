import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Binary, BuildError, binaryVariable, explainGoFailure, noGo } from './build-error.ts'
import { recipes } from './build-inputs.ts'
import { hasCode } from './build-lock.ts'
import { type Finished, goEnvironment, runCommand } from './go-command.ts'

export interface CompileOptions {
  /** A folder of this build's own; the result is `binary` in it. */
  work: string
  cacheDir: string
  env: Record<string, string | undefined>
  timeoutMs: number
  signal?: AbortSignal | undefined
  say: (line: string) => void
}

/**
 * Compiles in a copy of the module, so that the clone stays clean and nothing half vendored is ever found by the next build.
 *
 * @throws {BuildError}
 */
export async function compile(binary: Binary, options: CompileOptions): Promise<void> {
  const { release, folder, files, versionSymbol, overlay } = recipes[binary]
  for (const file of files) {
    await mkdir(dirname(join(options.work, file)), { recursive: true })
    await copyFile(join(folder, file), join(options.work, file))
  }
  const startedAt = performance.now()
  const stopTelling = tellProgress(options.say, startedAt)
  try {
    if (overlay) await go(binary, ['mod', 'vendor'], options, stopTelling.onLine)
    const flags = ['-buildvcs=false', '-trimpath', '-ldflags', `-s -w -X ${versionSymbol}=${release}`]
    const mode = overlay ? ['-mod=vendor', '-overlay', overlay] : ['-mod=readonly']
    await go(binary, ['build', ...mode, ...flags, '-o', 'binary', '.'], options, stopTelling.onLine)
  } finally {
    stopTelling.stop()
  }
  options.say(`built in ${seconds(startedAt)} s`)
}

async function go(binary: Binary, args: string[], options: CompileOptions, onLine: (line: string) => void): Promise<void> {
  const { work, env, timeoutMs, signal, cacheDir } = options
  let finished: Finished
  try {
    finished = await runCommand('go', args, { cwd: work, env: goEnvironment(env), timeoutMs, signal, onLine })
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES')) throw noGo()
    throw error
  }
  if (finished.code === null && /stopped after/.test(finished.output)) {
    throw new BuildError(
      `Building ${binary} was given up after ${timeoutMs / 60_000} minutes: check the network or GOPROXY and start again (what was done is kept), or name a finished binary with ${binaryVariable(binary)}.`,
    )
  }
  if (finished.code !== 0) throw explainGoFailure(binary, finished.output, cacheDir)
}

const seconds = (startedAt: number) => Math.round((performance.now() - startedAt) / 1000)

/** A line at once and then every 10 s: a build takes one to three minutes on two cores. */
function tellProgress(say: (line: string) => void, startedAt: number): { onLine: (line: string) => void; stop: () => void } {
  let downloads = 0
  say('building, once per machine; a minute or two')
  const timer = setInterval(() => {
    say(`still building, ${seconds(startedAt)} s${downloads > 0 ? `, ${downloads} modules downloaded` : ''}`)
  }, 10_000)
  const onLine = (line: string) => {
    if (line.startsWith('go: downloading')) downloads += 1
  }
  return { onLine, stop: () => clearInterval(timer) }
}

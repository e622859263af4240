import { spawn } from 'node:child_process'

export interface Finished {
  code: number | null
  output: string
}

export interface RunOptions {
  cwd: string
  env: Record<string, string | undefined>
  timeoutMs: number
  signal?: AbortSignal | undefined
  onLine?: ((line: string) => void) | undefined
}

const keptCharacters = 20_000

/**
 * Runs a command to its end and keeps the last 20 000 characters of what it printed.
 *
 * @throws what `spawn` reports, for instance ENOENT when there is no such command.
 */
export function runCommand(command: string, args: string[], options: RunOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const timer = AbortSignal.timeout(options.timeoutMs)
    const signal = options.signal ? AbortSignal.any([options.signal, timer]) : timer
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGTERM',
    })
    let output = ''
    const take = (chunk: Buffer) => {
      const text = chunk.toString()
      output = (output + text).slice(-keptCharacters)
      for (const line of text.split('\n')) if (line.trim() !== '') options.onLine?.(line.trim())
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', (error) => {
      if (timer.aborted) resolve({ code: null, output: `${output}\nstopped after ${options.timeoutMs / 1000} s` })
      else reject(error)
    })
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** The environment in which Go builds: the person's own, without what would change the result. */
export function goEnvironment(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const { GOFLAGS: _flags, GOOS: _system, GOARCH: _processor, GOEXPERIMENT: _experiment, ...rest } = env
  // Without cgo no C compiler is needed; both builds use Postgres only. A local toolchain: no surprise download of another Go.
  return { ...rest, CGO_ENABLED: '0', GOWORK: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '' }
}

/** The installed Go as `1.26.8`, or null when there is none. */
export async function findGoVersion(env: Record<string, string | undefined>, cwd: string): Promise<string | null> {
  try {
    const { code, output } = await runCommand('go', ['version'], { cwd, env: goEnvironment(env), timeoutMs: 20_000 })
    const version = /go(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1]
    return code === 0 && version ? version : null
  } catch {
    // Not on the PATH, or not allowed to run: for the person that is the same as "no Go".
    return null
  }
}

/** Whether `found` is at least `least`, both as `1.23.2`. */
export function isAtLeast(found: string, least: string): boolean {
  const [a, b] = [found, least].map((version) => version.split('.').map(Number))
  for (let part = 0; part < 3; part += 1) {
    const difference = (a?.[part] ?? 0) - (b?.[part] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

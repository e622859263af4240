/** A server started by a test: waits until it is ready, ends it, and shows its last lines when it would not start. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { until } from './poll.ts'

export type ServerProcess = {
  /** Asks it to end (SIGTERM), then makes it (SIGKILL after 5 s). */
  readonly stop: () => Promise<void>
  /** SIGKILL. */
  readonly kill: () => Promise<void>
  /** Starts it again and waits until it is ready. */
  readonly start: () => Promise<void>
  /** Its last output. */
  readonly output: () => string
}

export type ServerProcessOptions = {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** An address that answers 200 once the server is ready. */
  readonly readyUrl: string
}

const startTimeoutMs = 30_000

export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  let child: ChildProcess | undefined
  let output = ''
  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null
  const end = async (signal: NodeJS.Signals) => {
    const ending = child
    if (ending === undefined || !isRunning()) return
    const exited = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
    ending.kill(signal)
    const timer = setTimeout(() => ending.kill('SIGKILL'), 5_000)
    await exited
    clearTimeout(timer)
  }
  const start = async () => {
    if (isRunning()) return
    child = spawn(options.file, options.args, { env: { PATH: process.env['PATH'], ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-4_000)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('error', (error) => keep(Buffer.from(error.message)))
    killWithUs(child)
    await until(
      async () => {
        if (!isRunning()) return true
        return (await fetch(options.readyUrl, { signal: AbortSignal.timeout(1_000) })).ok
      },
      { timeoutMs: startTimeoutMs },
    ).catch(async (error: unknown) => {
      await end('SIGKILL')
      throw error
    })
    if (!isRunning()) throw new Error(`${options.file} ended at its start:\n${output}`)
  }
  await start()
  return { stop: () => end('SIGTERM'), kill: () => end('SIGKILL'), start, output: () => output }
}

/** A test runner that is ended in the middle leaves nothing behind. */
function killWithUs(child: ChildProcess): void {
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
}

/** Runs a command to its end and returns its last output. */
export async function runToEnd(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(file, args, { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-4_000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  killWithUs(child)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${file} ${args[0]} ended with ${code}:\n${output}`)
  return output
}

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer()
      return new Promise<typeof server>((resolve, reject) => {
        server.once('error', reject)
        server.listen(0, '127.0.0.1', () => resolve(server))
      })
    }),
  )
  const ports = servers.map((server) => {
    const address = server.address()
    return address !== null && typeof address === 'object' ? address.port : 0
  })
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

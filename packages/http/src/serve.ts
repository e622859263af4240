/** Runs a service: listens on both ports, and on SIGTERM or SIGINT finishes what it began, closes what it opened and exits. */
import type { Log } from '@app/log/log'
import type { Hono } from 'hono'
import type { AppEnv } from './request-scope.ts'
import { listen } from './server.ts'

/** For requests under way. */
const drainMs = 4000
/** For the broker, the database and whatever else `stop` closes. */
const stopMs = 5000

export interface ServeOptions {
  readonly publicApp: Hono<AppEnv>
  readonly internalApp: Hono<AppEnv>
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly internalPort: number
  readonly log: Log
  /** Called one after another once no request is left: workers first, connections last. */
  readonly stop: readonly (() => Promise<void>)[]
  /** For tests; the process otherwise. */
  readonly process?: Pick<NodeJS.Process, 'on' | 'exit'>
}

export interface RunningService {
  readonly port: number
  readonly internalPort: number
  /** What a signal does, without exiting. Repeatable. */
  stop(): Promise<void>
}

/** @throws the error of `listen`, e.g. EADDRINUSE; nothing stays open then. */
export async function serveService(options: ServeOptions): Promise<RunningService> {
  const { host, log } = options
  const internal = await listen(options.internalApp, host, options.internalPort, log)
  const external = await listen(options.publicApp, host, options.port, log).catch(async (error: unknown) => {
    await internal.drain(0)
    throw error
  })
  let stopping: Promise<void> | null = null
  const stop = () => {
    stopping ??= stopAll([external.drain(drainMs), internal.drain(drainMs)], options.stop, log)
    return stopping
  }
  exitOnSignals(options.process ?? process, stop, log)
  log.info({ host, port: external.port, internalPort: internal.port }, 'listening')
  return { port: external.port, internalPort: internal.port, stop }
}

async function stopAll(drains: readonly Promise<void>[], steps: ServeOptions['stop'], log: Log): Promise<void> {
  await Promise.all(drains)
  const endsAt = performance.now() + stopMs
  for (const step of steps) {
    try {
      await within(step(), endsAt - performance.now())
    } catch (error) {
      log.error({ err: error }, 'closing failed')
    }
  }
}

async function within(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Closing took too long')), Math.max(limitMs, 0))
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** A second signal changes nothing: supervisors and terminals often both send one. */
function exitOnSignals(host: Pick<NodeJS.Process, 'on' | 'exit'>, stop: () => Promise<void>, log: Log): void {
  let signalled = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (signalled) return
    signalled = true
    log.info({ signal }, 'stopping')
    stop().then(
      () => host.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'stopping failed')
        host.exit(1)
      },
    )
  }
  host.on('SIGTERM', onSignal)
  host.on('SIGINT', onSignal)
  host.on('uncaughtException', (error) => {
    // The state is unknown now; the supervisor starts a fresh process.
    log.fatal({ err: error }, 'uncaught error')
    host.exit(1)
  })
}

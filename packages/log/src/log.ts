/** One JSON line per thing worth telling, on stdout. Never bodies, cookies, tokens, query parameters or personal data. */
import { type DestinationStream, type Level, type Logger, pino } from 'pino'
import { describeError } from './describe-error.ts'

export type Log = Logger

export interface LogOptions {
  /** Goes into every line. */
  readonly service: string
  readonly level?: Level | 'silent'
  /** For tests; stdout otherwise. */
  readonly destination?: DestinationStream
}

// A net under our own discipline: what slips into a line under one of these names is cut out.
const secrets = ['cookie', 'authorization', 'password', 'token', 'secret', 'headers']
const redact = secrets.flatMap((name) => [name, `*.${name}`])

/**
 * Stdout, written in pieces: a line for each request must not cost a system call. What is left goes out after 100 ms, with a fatal
 * line, and when the process exits; kill -9 loses no more than that.
 */
function buffered(): DestinationStream {
  return pino.destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 100 })
}

/**
 * For lines whose every field we name ourselves: without the net, which costs more than the line.
 */
export function withoutNet(log: Log): Log {
  return log.child({}, { redact: [] })
}

/** Errors go in as `err`: only what cannot hold somebody's data is written (`describeError`). */
export function createLog({ service, level = 'info', destination }: LogOptions): Log {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    messageKey: 'message',
    redact: { paths: redact, remove: true },
    serializers: { err: describeError, error: describeError },
  }
  return pino(options, destination ?? buffered())
}

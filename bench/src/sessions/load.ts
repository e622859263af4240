/** A load generator that costs little itself: requests written once, answers read no further than needed, connections kept. */
import { connect, type Socket } from 'node:net'

export interface Target {
  readonly port: number
  readonly path: string
  /** One connection each. */
  readonly headers: readonly Readonly<Record<string, string>>[]
}

export interface Load {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Keeps one request under way on each connection. @throws {Error} an answer is not 200. */
export async function load({ port, path, headers }: Target, durationMs: number): Promise<Load> {
  const times: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + durationMs
  await Promise.all(headers.map((own) => keepAsking({ port, request: requestText(port, path, own), endsAt, times })))
  const elapsedMs = performance.now() - startedAt
  times.sort((a, b) => a - b)
  return { perSecond: (times.length / elapsedMs) * 1000, p50Ms: at(times, 0.5), p99Ms: at(times, 0.99) }
}

export const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0

export const median = (numbers: readonly number[]): number =>
  at(
    numbers.toSorted((a, b) => a - b),
    0.5,
  )

/** `host` is the public origin's, as nginx knows it. */
function requestText(port: number, path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ host: `localhost:${port}`, accept: 'application/json', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
}

interface Asking {
  readonly port: number
  readonly request: string
  readonly endsAt: number
  readonly times: number[]
}

function keepAsking({ port, request, endsAt, times }: Asking): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let sentAt = 0
    const send = () => {
      sentAt = performance.now()
      socket.write(request)
    }
    const answered = (status: string) => {
      if (status !== '200') return fail(socket, reject, `${request.split('\r\n', 1)[0]} was answered ${status}`)
      const now = performance.now()
      times.push(now - sentAt)
      if (now < endsAt) return send()
      socket.destroy()
      resolve()
    }
    socket.setEncoding('latin1')
    socket.on('data', answerReader(answered))
    socket.once('connect', send)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed')))
  })
}

function fail(socket: Socket, reject: (error: Error) => void, why: string): void {
  socket.destroy()
  reject(new Error(why))
}

/** Calls back with the status once an answer is complete; there is never more than one under way. */
function answerReader(answered: (status: string) => void): (text: string) => void {
  let pending = ''
  return (text) => {
    pending = pending === '' ? text : pending + text
    const headEnd = pending.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const length = /\r\ncontent-length: (\d+)/i.exec(pending)?.[1]
    const isWhole = length === undefined ? pending.endsWith('\r\n0\r\n\r\n') : pending.length >= headEnd + 4 + Number(length)
    if (!isWhole) return
    const status = pending.slice(9, 12)
    pending = ''
    answered(status)
  }
}

/**
 * One HTTP call to Kratos or Keto: keep-alive, a time limit over the whole call, a bounded answer.
 *
 * Hand-written on node:http because a client library costs about four times the CPU of a whoami.
 */
import http from 'node:http'
import https from 'node:https'

/** More than any answer of Kratos or Keto that we ask for (a page of 500 tuples is about 150 KiB). */
const maxAnswerBytes = 4 * 1024 * 1024

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** Path and query, beginning with `/`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** For the whole call: waiting for a socket, connecting and reading included. */
  readonly timeoutMs: number
  /** True when a second sending does no harm: a keep-alive socket that the server closed meanwhile is then replaced once. */
  readonly repeatable: boolean
}

export interface Answer {
  readonly status: number
  readonly text: string
}

export interface Caller {
  /** Rejects on anything but a complete answer, whatever its status. */
  readonly call: (call: Call) => Promise<Answer>
  /** Closes idle sockets; calls under way fail. */
  readonly close: () => void
}

/** Thrown when no complete answer came in time. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
}

export function createCaller(options: { readonly baseUrl: string; readonly maxSockets?: number }): Caller {
  const base = new URL(options.baseUrl)
  const secure = base.protocol === 'https:'
  const settings = { keepAlive: true, noDelay: true, maxSockets: options.maxSockets ?? 64, maxFreeSockets: 32, scheduling: 'lifo' as const }
  const agent = secure ? new https.Agent(settings) : new http.Agent(settings)
  const prefix = base.pathname.replace(/\/+$/, '')
  const request = (call: Call, body: string | undefined) =>
    (secure ? https : http).request({
      agent,
      protocol: base.protocol,
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port === '' ? undefined : base.port,
      method: call.method,
      path: prefix + call.path,
      headers: headersOf(base.host, call, body),
    })
  const call = async (asked: Call): Promise<Answer> => {
    const endsAt = performance.now() + asked.timeoutMs
    const explain = (error: unknown) => {
      if (error instanceof CallFailed) dropIdle(agent)
      return failed(asked, error)
    }
    const body = asked.body === undefined ? undefined : JSON.stringify(asked.body)
    const first = request(asked, body)
    try {
      return await finish(first, body, endsAt)
    } catch (error) {
      if (!asked.repeatable || !first.reusedSocket || !isClosedSocket(error)) throw explain(error)
    }
    try {
      return await finish(request(asked, body), body, endsAt)
    } catch (error) {
      throw explain(error)
    }
  }
  return { call, close: () => agent.destroy() }
}

/** After a silence the other kept connections may be dead too: each would cost a time-out of its own to find out. */
function dropIdle(agent: http.Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}

/** A list of names and values, which node writes as it is: an object is looked at name by name. */
function headersOf(host: string, call: Call, body: string | undefined): string[] {
  const headers = ['host', host, 'accept', 'application/json']
  for (const name in call.headers) headers.push(name, call.headers[name] ?? '')
  if (body !== undefined) headers.push('content-type', 'application/json', 'content-length', String(Buffer.byteLength(body)))
  return headers
}

function finish(request: http.ClientRequest, body: string | undefined, endsAt: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Never 0: a timer of its own, because node's socket time-out starts anew with every byte that arrives.
    const timer = setTimeout(() => request.destroy(new CallFailed('no answer in time')), Math.max(1, endsAt - performance.now()))
    let isSettled = false
    const settle = (error: unknown, answer?: Answer) => {
      isSettled = true
      clearTimeout(timer)
      if (answer === undefined) reject(error)
      else resolve(answer)
    }
    request.on('error', (error) => settle(error))
    // Without this a request that is destroyed before it got a socket would say nothing. Every request closes, and an error costs its stack.
    request.once('close', () => isSettled || settle(new CallFailed('closed before the answer was complete')))
    request.once('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maxAnswerBytes) request.destroy(new CallFailed('the answer is too large'))
        else chunks.push(chunk)
      })
      response.on('error', (error) => settle(error))
      response.once('end', () => settle(null, { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }))
    })
    request.end(body)
  })
}

function isClosedSocket(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

/** Names the path without its query: object ids and tokens stay out of logs. */
function failed(call: Call, cause: unknown): CallFailed {
  const why = cause instanceof Error ? cause.message : 'unknown'
  return new CallFailed(`${call.method} ${call.path.split('?', 1)[0]}: ${why}`, { cause })
}

/** The parsed JSON of an answer, or undefined when it is not JSON: callers hand it to zod. */
export function jsonOf(answer: Answer): unknown {
  try {
    return JSON.parse(answer.text)
  } catch {
    // Not JSON is an answer like any other unusable one; zod refuses undefined.
    return undefined
  }
}

/**
 * One HTTP call to Kratos with headers and bytes as they are: keep-alive, a time limit over the whole call, a bounded answer, no
 * redirects followed. Never repeated: a submission may have had its effect although its answer was lost.
 */
import http from 'node:http'
import https from 'node:https'
import { IdentityServiceDown } from '@app/contracts/common-problems'

const maxAnswerBytes = 4 * 1024 * 1024
/** Kratos closes idle connections after 120 s; ours go first, so that a submission never meets a closing one. */
const idleMs = 30_000

export interface UpstreamRequest {
  readonly method: string
  /** Path and query, beginning with `/`. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly timeoutMs: number
}

export interface UpstreamAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
  /** Kratos was asked for a code and has nobody to send it to. Never part of what is answered. */
  readonly nothingSent?: boolean
}

export interface Upstream {
  /** @throws {IdentityServiceDown} no complete answer came in time. */
  call(request: UpstreamRequest): Promise<UpstreamAnswer>
  close(): void
}

export function createUpstream(baseUrl: string): Upstream {
  const base = new URL(baseUrl)
  const secure = base.protocol === 'https:'
  const settings = { keepAlive: true, noDelay: true, maxSockets: 128, maxFreeSockets: 16, timeout: idleMs, scheduling: 'lifo' as const }
  const agent = secure ? new https.Agent(settings) : new http.Agent(settings)
  const prefix = base.pathname.replace(/\/+$/, '')
  return {
    call: ({ method, path, headers, body, timeoutMs }) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const request = (secure ? https : http).request({
        agent,
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port === '' ? undefined : base.port,
        method,
        path: prefix + path,
        headers: { ...headers, ...length },
      })
      return finish(request, body, timeoutMs)
    },
    close: () => agent.destroy(),
  }
}

function finish(request: http.ClientRequest, body: string | undefined, timeoutMs: number): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    let isSettled = false
    const fail = (cause: unknown) => {
      isSettled = true
      clearTimeout(timer)
      reject(IdentityServiceDown(undefined, { cause }))
    }
    const timer = setTimeout(() => request.destroy(new Error(`Kratos did not answer within ${timeoutMs} ms`)), timeoutMs)
    // Free sockets time out too; one in use is bounded by the timer above.
    request.on('error', fail)
    // Every request closes, and an error costs its stack.
    request.once('close', () => isSettled || fail(new Error('Kratos closed before its answer was complete')))
    request.once('response', (response) => {
      const chunks: Buffer[] = []
      let sizeBytes = 0
      response.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length
        if (sizeBytes > maxAnswerBytes) request.destroy(new Error('The answer of Kratos is too large'))
        else chunks.push(chunk)
      })
      response.on('error', fail)
      response.once('end', () => {
        isSettled = true
        clearTimeout(timer)
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
      })
    })
    request.end(body)
  })
}

/** The parsed JSON of an answer, or undefined when it is not JSON: callers hand it to zod. */
export function jsonOf(answer: UpstreamAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8'))
  } catch {
    // Not JSON is an answer like any other unusable one; zod refuses undefined.
    return undefined
  }
}

/** One listening port: Node's server around a Hono app, with limits, problem answers for broken requests, and draining. */
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { HeadersTooLarge, InternalError, InvalidRequest, RequestTimeout } from '@app/contracts/common-problems'
import { type Problem, problemDocument } from '@app/contracts/problem'
import type { Log } from '@app/log/log'
import { getRequestListener, RequestError } from '@hono/node-server'
import type { Hono } from 'hono'
import { type AppEnv, acceptedRequestId } from './request-scope.ts'
import { problemResponse } from './to-problem.ts'

const headersTimeoutMs = 15_000
const requestTimeoutMs = 60_000
/** Longer than nginx keeps an idle connection (60 s), so that it is never we who close one that nginx is about to use. */
const keepAliveTimeoutMs = 75_000
const maxHeaderBytes = 16 * 1024

export interface Listener {
  readonly port: number
  /** Stops accepting, lets answers finish, then cuts what is left; resolves when no connection is open. */
  drain(graceMs: number): Promise<void>
}

/** @throws the error of `listen`, e.g. EADDRINUSE. */
export async function listen(app: Hono<AppEnv>, host: string, port: number, log: Log): Promise<Listener> {
  const open = new Set<ServerResponse>()
  let draining = false
  const answer = getRequestListener(app.fetch, { errorHandler: (error) => answerOutsideApp(error, log) })
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    },
    (request: IncomingMessage, response: ServerResponse) => {
      open.add(response)
      response.once('close', () => open.delete(response))
      if (draining) response.setHeader('connection', 'close')
      void answer(request, response)
    },
  )
  server.on('clientError', refuseBrokenRequest)
  await listening(server, host, port)
  return {
    port: portOf(server),
    drain: async (graceMs) => {
      draining = true
      for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close')
      await closed(server, graceMs)
    },
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return address.port
}

function closed(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}

/** The app answers every error itself; what ends here is a request that is none, e.g. with an impossible Host. */
function answerOutsideApp(error: unknown, log: Log): Response {
  const requestId = acceptedRequestId(null)
  if (error instanceof RequestError) return problemResponse(InvalidRequest('The request line or the Host header is not valid'), requestId)
  log.error({ requestId, err: error }, 'request failed outside the app')
  return problemResponse(InternalError(), requestId)
}

/** What Node's parser refuses never becomes a request: the answer is written by hand. */
function refuseBrokenRequest(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = problemOfParser(error.code)
  const body = JSON.stringify(problemDocument(problem(), null))
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function problemOfParser(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return HeadersTooLarge
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? RequestTimeout : InvalidRequest
}

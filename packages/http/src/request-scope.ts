/** What surrounds every request on either port: an id, one log line, one measurement, and an answer whatever happens. */
import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import type { ProblemError } from '@app/contracts/problem'
import { type Log, withoutNet } from '@app/log/log'
import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { type Actor, actedByLabel, actorLabel } from './actor.ts'
import type { RequestMetrics } from './metrics.ts'
import { problemResponse, toProblem } from './to-problem.ts'

/** For handlers that are mounted beside contract routes: `c.get('requestId')`. */
export interface AppEnv {
  Bindings: Partial<HttpBindings>
  Variables: {
    requestId: string
    traceparent: string | null
    address: string | null
    actor?: Actor
    problem?: ProblemError
    /** The answer carries the request id already. */
    namesRequest?: true
    /** Overrides the route in log and metrics. */
    pattern?: string
  }
}

export interface ScopeOptions {
  readonly port: 'public' | 'internal'
  readonly log: Log
  readonly metrics: RequestMetrics
}

const requestIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{7,127}$/
const traceparentPattern = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** Registers the scope and the error handler. Call first. */
export function addRequestScope(app: Hono<AppEnv>, options: ScopeOptions): void {
  app.use('*', requestScope(options))
  app.onError((error, c) => {
    const problem = toProblem(error)
    c.set('problem', problem)
    return problemResponse(problem, c.get('requestId') ?? null)
  })
}

function requestScope(given: ScopeOptions): MiddlewareHandler<AppEnv> {
  const options = { ...given, lines: withoutNet(given.log) }
  return async (c, next) => {
    const startedAt = performance.now()
    const { headers } = c.req.raw
    const requestId = acceptedRequestId(headers.get('x-request-id'))
    c.set('requestId', requestId)
    c.set('traceparent', acceptedTraceparent(headers.get('traceparent')))
    c.set('address', clientAddress(c))
    try {
      await next()
    } catch (error) {
      // Hono passes only Errors to onError; anything else that was thrown ends here.
      const problem = toProblem(error)
      c.set('problem', problem)
      c.res = problemResponse(problem, requestId)
    }
    // Looking at an answer's headers makes them an object of their own, which costs as much as the rest: ours have the id.
    if (c.get('namesRequest') !== true && !c.res.headers.has('x-request-id')) c.header('x-request-id', requestId)
    finish(c, options, performance.now() - startedAt)
  }
}

export function acceptedRequestId(header: string | null): string {
  return header !== null && requestIdPattern.test(header) ? header : randomUUID()
}

function acceptedTraceparent(header: string | null): string | null {
  return header !== null && traceparentPattern.test(header) ? header : null
}

/** nginx overwrites X-Real-IP with the address it trusts; without nginx it is the socket's. */
function clientAddress(c: Context<AppEnv>): string | null {
  const header = c.req.raw.headers.get('x-real-ip')
  if (header !== null && isIP(header) > 0) return header
  return c.env?.incoming?.socket.remoteAddress ?? null
}

function finish(c: Context<AppEnv>, { port, log, lines, metrics }: ScopeOptions & { readonly lines: Log }, durationMs: number): void {
  const { status } = c.res
  const route = c.get('pattern') ?? patternOf(c)
  metrics.observe({ port, method: knownMethod(c.req.method), route, status: String(status) }, durationMs / 1000)
  const problem = c.get('problem')
  const line = {
    requestId: c.get('requestId'),
    traceId: c.get('traceparent')?.split('-')[1],
    actor: actorLabel(c.get('actor') ?? null),
    actedBy: actedByLabel(c.get('actor')),
    port,
    method: knownMethod(c.req.method),
    route,
    status,
    durationMs: Math.round(durationMs * 10) / 10,
    code: problem?.code,
  }
  if (isProbe(route)) log.debug(line, 'request')
  else if (status >= 500) log[status === 503 ? 'warn' : 'error']({ ...line, err: problem?.cause ?? c.error ?? problem }, 'request failed')
  else lines.info(line, 'request')
}

/** The pattern of the route that answered. What only middleware or a catch-all answered has none. */
function patternOf(c: Context<AppEnv>): string {
  const pattern = routePath(c)
  return pattern === '' || pattern === '/*' || pattern === '*' ? 'unmatched' : pattern
}

function isProbe(route: string): boolean {
  return route.startsWith('/health/') || route === '/metrics'
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Methods are the caller's text: unknown ones would grow the metrics without bound. */
function knownMethod(method: string): string {
  return methods.has(method) ? method : 'OTHER'
}

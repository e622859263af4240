/**
 * The two apps of a service, made from its routes: a public one that nginx knows, and an internal one with `/health/*`, `/metrics`,
 * `/openapi.json` and `/internal/*`. Opens nothing; `serve` listens.
 */
import { RouteNotFound } from '@app/contracts/common-problems'
import { isInternal } from '@app/contracts/contract'
import type { Check } from '@app/contracts/health'
import type { Log } from '@app/log/log'
import { Hono } from 'hono'
import type { Registry } from 'prom-client'
import type { Gatekeepers } from './authorize.ts'
import { type Callers, createCallerFinder } from './callers.ts'
import { addInternalEndpoints } from './internal-endpoints.ts'
import { createRequestMetrics } from './metrics.ts'
import { mountRoutes } from './mount-routes.ts'
import { type AppEnv, addRequestScope } from './request-scope.ts'
import type { Route } from './route.ts'
import { problemResponse } from './to-problem.ts'

export type { AppEnv } from './request-scope.ts'

const defaultBodyLimitBytes = 64 * 1024

export interface ServiceAppOptions
  extends Pick<Gatekeepers, 'sessions' | 'permissions' | 'standing' | 'actAs' | 'publicOrigin' | 'allowedOrigins'> {
  readonly service: string
  readonly routes: readonly Route[]
  /** Accepted secrets by caller; every caller that a route names must be here. */
  readonly callers: Callers
  /** Own dependencies only: a check of a check would take everything down at once. */
  readonly ready: readonly Check[]
  readonly log: Log
  /** Holds the service's own metrics too. */
  readonly metrics?: Registry
  /** Default 64 KiB. */
  readonly bodyLimitBytes?: number
}

export interface ServiceApp {
  readonly publicApp: Hono<AppEnv>
  readonly internalApp: Hono<AppEnv>
}

/** @throws {Error} two routes are the same, or a route names a caller that has no secret. */
export function createServiceApp(options: ServiceAppOptions): ServiceApp {
  const { service, routes, log, callers, bodyLimitBytes = defaultBodyLimitBytes } = options
  refuseUnknownCallers(routes, callers)
  const metrics = createRequestMetrics(service, options.metrics)
  const mount = { ...options, bodyLimitBytes, findCaller: createCallerFinder(callers) }
  const publicApp = createApp()
  addRequestScope(publicApp, { port: 'public', log, metrics })
  mountRoutes(
    publicApp,
    routes.filter(({ contract }) => !isInternal(contract)),
    mount,
  )
  const internalApp = createApp()
  addRequestScope(internalApp, { port: 'internal', log, metrics })
  addInternalEndpoints(internalApp, { ...options, metrics })
  mountRoutes(
    internalApp,
    routes.filter(({ contract }) => isInternal(contract)),
    mount,
  )
  return { publicApp, internalApp }
}

function createApp(): Hono<AppEnv> {
  // The path is matched as it was sent, so that `%2e` and `%2f` are never more than characters of one segment; Hono decodes a
  // placeholder's value once.
  const app = new Hono<AppEnv>({ getPath: rawPath })
  app.notFound((c) => {
    const problem = RouteNotFound()
    c.set('problem', problem)
    return problemResponse(problem, c.get('requestId') ?? null)
  })
  return app
}

function rawPath(request: Request): string {
  const start = request.url.indexOf('/', request.url.indexOf('://') + 3)
  const path = request.url.slice(start)
  const end = path.search(/[?#]/)
  return end < 0 ? path : path.slice(0, end)
}

function refuseUnknownCallers(routes: readonly Route[], callers: Callers): void {
  for (const { contract, access } of routes) {
    const { rule } = access
    if (rule.kind !== 'internal') continue
    const unknown = rule.callers.filter((caller) => !Object.hasOwn(callers, caller))
    if (unknown.length > 0) throw new Error(`${contract.path} names ${unknown.join(', ')}, which has no secret`)
  }
}

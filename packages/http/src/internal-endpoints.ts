/** What every internal port has beside `/internal/*`; nginx never forwards to it. */
import { MethodNotAllowed } from '@app/contracts/common-problems'
import { type Check, HealthView } from '@app/contracts/health'
import type { Context, Hono } from 'hono'
import { createReadiness } from './health.ts'
import type { RequestMetrics } from './metrics.ts'
import { openApiDocument } from './openapi.ts'
import type { AppEnv } from './request-scope.ts'
import type { Route } from './route.ts'
import { problemResponse } from './to-problem.ts'

export interface EndpointOptions {
  readonly service: string
  readonly routes: readonly Route[]
  readonly ready: readonly Check[]
  readonly metrics: RequestMetrics
}

export function addInternalEndpoints(app: Hono<AppEnv>, { service, routes, ready, metrics }: EndpointOptions): void {
  const readiness = createReadiness(ready)
  let document: string | null = null
  add(app, '/health/live', () => json(200, HealthView.parse({ status: 'ok', checks: [] })))
  add(app, '/health/ready', async () => {
    const health = HealthView.parse(await readiness())
    return json(health.status === 'ok' ? 200 : 503, health)
  })
  add(
    app,
    '/metrics',
    async () => new Response(await metrics.registry.metrics(), { headers: { 'content-type': metrics.registry.contentType } }),
  )
  add(app, '/openapi.json', () => {
    document ??= JSON.stringify(openApiDocument(service, routes))
    return new Response(document, { headers: { 'content-type': 'application/json' } })
  })
}

function add(app: Hono<AppEnv>, path: string, handler: (c: Context<AppEnv>) => Response | Promise<Response>): void {
  app.get(path, handler)
  app.all(path, (c) => problemResponse(MethodNotAllowed('Use GET'), c.get('requestId'), { allow: 'GET, HEAD' }))
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } })
}

/** Identity: the door. Hooks of Kratos, the guard in front of it, sessions, and who administers the platform. */
import type { Check } from '@app/contracts/health'
import { createServiceApp, type ServiceApp, type ServiceAppOptions } from '@app/http/service-app'
import type { Deps } from './deps.ts'
import { mountGuard } from './guard/guard.ts'
import { createActAs } from './impersonation/find-acted.ts'
import { identityRoutes } from './routes.ts'

export interface AppOptions {
  readonly deps: Deps
  readonly callers: ServiceAppOptions['callers']
  readonly ready: readonly Check[]
  readonly metrics?: NonNullable<ServiceAppOptions['metrics']>
}

/** Opens nothing. */
export function createApp({ deps, callers, ready, metrics }: AppOptions): ServiceApp {
  const apps = createServiceApp({
    service: 'identity',
    routes: identityRoutes(deps),
    sessions: deps.sessions,
    permissions: deps.permissions,
    callers,
    publicOrigin: deps.publicOrigin,
    ...(deps.allowedOrigins ? { allowedOrigins: deps.allowedOrigins } : {}),
    standing: deps.standing,
    actAs: createActAs(deps),
    ready,
    log: deps.log,
    ...(metrics ? { metrics } : {}),
  })
  mountGuard(apps.publicApp, deps)
  return apps
}

/** The two apps of the service, from what it needs; opens nothing. */
import type { Check } from '@app/contracts/health'
import { createServiceApp, type ServiceApp, type ServiceAppOptions } from '@app/http/service-app'
import { userRoutes } from './routes.ts'
import type { UsersDeps } from './users.ts'

export interface AppDeps
  extends UsersDeps,
    Pick<ServiceAppOptions, 'sessions' | 'permissions' | 'standing' | 'actAs' | 'callers' | 'publicOrigin' | 'log' | 'metrics'> {
  readonly ready: readonly Check[]
}

export function createApp(deps: AppDeps): ServiceApp {
  return createServiceApp({ ...deps, service: 'users', routes: userRoutes(deps) })
}

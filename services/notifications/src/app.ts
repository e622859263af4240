/** The two apps of the service, from what it needs; opens nothing. The public one has no routes yet. */
import { createServiceApp, type ServiceApp, type ServiceAppOptions } from '@app/http/service-app'
import type { CourierDeps } from './courier.ts'
import { notificationRoutes } from './routes.ts'

export type AppDeps = CourierDeps &
  Pick<ServiceAppOptions, 'sessions' | 'permissions' | 'standing' | 'callers' | 'publicOrigin' | 'log' | 'metrics' | 'ready'>

export function createApp(deps: AppDeps): ServiceApp {
  return createServiceApp({ ...deps, service: 'notifications', routes: notificationRoutes(deps) })
}

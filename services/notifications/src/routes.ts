import { acceptCourierMessage } from '@app/contracts/internal-notifications'
import { internal } from '@app/http/access'
import { route } from '@app/http/route'
import { acceptMessage, type CourierDeps } from './courier.ts'

export const notificationRoutes = (deps: CourierDeps) => [
  route(acceptCourierMessage, internal('kratos'), async ({ body, request }) => {
    await acceptMessage(deps, body, request.id)
    return { accepted: true }
  }),
]

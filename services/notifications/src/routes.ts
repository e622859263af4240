import { acceptMessage as acceptMessageContract } from '@app/contracts/internal-messages'
import { acceptCourierMessage } from '@app/contracts/internal-notifications'
import { internal } from '@app/http/access'
import { route } from '@app/http/route'
import { acceptMessage, type CourierDeps } from './courier.ts'
import { takeMessage } from './messages-in.ts'

export const notificationRoutes = (deps: CourierDeps) => [
  route(acceptCourierMessage, internal('kratos'), async ({ body, request }) => {
    await acceptMessage(deps, body, request.id)
    return { accepted: true }
  }),
  route(acceptMessageContract, internal('identity'), async ({ body, request }) => {
    await takeMessage(deps, body, request.id)
    return { accepted: true }
  }),
]

import { exportPerson } from '@app/contracts/archive'
import { acceptMessage as acceptMessageContract } from '@app/contracts/internal-messages'
import { acceptCourierMessage } from '@app/contracts/internal-notifications'
import { internal } from '@app/http/access'
import { route } from '@app/http/route'
import { acceptMessage, type CourierDeps } from './courier.ts'
import { exportMessages } from './export.ts'
import { takeMessage } from './messages-in.ts'

export const notificationRoutes = (deps: CourierDeps) => [
  route(acceptCourierMessage, internal('kratos'), async ({ body, request }) => {
    await acceptMessage(deps, body, request.id)
    return { accepted: true }
  }),
  route(exportPerson, internal('identity'), ({ params, body }) => exportMessages(deps, params.userId, body.addresses)),
  route(acceptMessageContract, internal('identity'), async ({ body, request }) => {
    await takeMessage(deps, body, request.id)
    return { accepted: true }
  }),
]

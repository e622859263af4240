import * as contracts from '@app/contracts/impersonations'
import { internal, permission, requireAal, signedIn } from '@app/http/access'
import { actAsCookie } from '@app/http/act-as'
import type { UserActor } from '@app/http/actor'
import { answer, type Route, route } from '@app/http/route'
import type { Deps } from '../deps.ts'
import { stopImpersonation } from './end.ts'
import { findActed, findRunning } from './find-acted.ts'
import { acceptImpersonation, declineImpersonation, requestImpersonation } from './request.ts'
import { listImpersonations, viewsOf } from './views.ts'

/** The person alone, also one who must do something first. */
const own = () => signedIn({ standing: 'proven', actAs: 'refused' })
/** As themselves, whatever the request says that it speaks for. */
const asThemselves = (standing: 'proven' | 'any' = 'proven') => signedIn({ standing, actAs: 'ignored' })

export function impersonationRoutes(deps: Deps): Route[] {
  return [
    route(contracts.requestImpersonation, administrator(), async ({ actor, body, request }) =>
      answer(201, await viewOf(deps, await requestImpersonation(deps, actor, body, request.id))),
    ),
    route(contracts.listImpersonations, asThemselves(), ({ actor }) => listImpersonations(deps, actor)),
    route(contracts.acceptImpersonation, own(), async ({ actor, params, request }) =>
      viewOf(deps, await acceptImpersonation(deps, actor, params.impersonationId, request.id)),
    ),
    route(contracts.declineImpersonation, own(), async ({ actor, params }) =>
      viewOf(deps, await declineImpersonation(deps, actor, params.impersonationId)),
    ),
    route(contracts.enterImpersonation, asThemselves(), ({ actor, params }) => enter(deps, actor, params.impersonationId)),
    route(contracts.stopImpersonation, asThemselves(), async ({ actor, params, request }) => {
      await stopImpersonation(deps, actor, params.impersonationId, request.id)
      return answer(204, undefined, { 'set-cookie': [cookieLine(deps, '', 0)] })
    }),
    route(contracts.leaveImpersonation, asThemselves('any'), () => answer(204, undefined, { 'set-cookie': [cookieLine(deps, '', 0)] })),
    route(contracts.findImpersonation, internal('users'), async ({ body }) => {
      const { impersonationId, administratorId, sessionId, assuranceLevel } = body
      const session = await findActed(deps, impersonationId, { id: sessionId, userId: administratorId, assuranceLevel })
      return { session: session && { ...session, methods: [...session.methods] } }
    }),
  ]
}

const administrator = () => permission('Platform', 'administer', () => 'vestibule', requireAal('aal2'), { actAs: 'refused' })

async function enter(deps: Deps, actor: UserActor, id: string) {
  const running = await findRunning(deps, id, actor.session)
  if (running === undefined) throw contracts.ImpersonationOver()
  const seconds = Math.floor(((running.endsAt?.getTime() ?? 0) - deps.clock().getTime()) / 1000)
  return answer(204, undefined, { 'set-cookie': [cookieLine(deps, id, Math.max(0, seconds))] })
}

function cookieLine({ publicOrigin }: Deps, value: string, seconds: number): string {
  const secure = publicOrigin.startsWith('https:') ? '; Secure' : ''
  return `${actAsCookie}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`
}

async function viewOf(deps: Deps, row: Parameters<typeof viewsOf>[1][number]): Promise<contracts.ImpersonationView> {
  const [view] = await viewsOf(deps, [row])
  if (view === undefined) throw new Error('One row has one view')
  return view
}

/** What people see and do about where they are signed in. Nobody does it for them, and whoever must do something first still may. */
import { listActivity as listActivityContract } from '@app/contracts/activity'
import { loginAfter, noteSessionsSeen } from '@app/contracts/internal-sessions'
import * as contracts from '@app/contracts/sessions'
import { internal, signedIn } from '@app/http/access'
import type { UserActor } from '@app/http/actor'
import { type RequestFacts, type Route, route } from '@app/http/route'
import { listActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { expectSignIn } from '../hooks.ts'
import { type Ending, endAllSessions, endOneSession, endOtherSessions } from './end-sessions.ts'
import { listSessions } from './list-sessions.ts'
import { setPushTarget } from './push-targets.ts'
import { noteSeen } from './seen-sessions.ts'

const own = () => signedIn({ standing: 'proven', actAs: 'refused' })

export function sessionRoutes(deps: Deps): Route[] {
  return [
    route(listActivityContract, own(), ({ actor, query }) => listActivity(deps, actor.userId, query)),
    route(contracts.listSessions, own(), async ({ actor, request }) => ({
      items: await listSessions(deps, actor.userId, actor.sessionId, { requestId: request.id }),
    })),
    route(contracts.endSession, own(), ({ actor, params, request }) => endOneSession(deps, params.sessionId, byPerson(actor, request))),
    route(contracts.endSessions, own(), async ({ actor, query, request }) => ({
      ended: await (query.which === 'all'
        ? endAllSessions(deps, byPerson(actor, request))
        : endOtherSessions(deps, actor.sessionId, byPerson(actor, request))),
    })),
    route(contracts.setPushTarget, own(), ({ actor, params, body }) => setPushTarget(deps, actor.userId, params.deviceId, body)),
    route(contracts.removePushTarget, own(), ({ actor, params }) => setPushTarget(deps, actor.userId, params.deviceId, null)),
    route(noteSessionsSeen, internal('users'), ({ body }) => noteSeen(deps, body.sessions)),
    route(loginAfter, internal('kratos'), ({ body }) => expectSignIn(deps, body)),
  ]
}

function byPerson({ userId }: UserActor, { id, traceparent }: RequestFacts): Ending {
  return { identityId: userId, by: 'person', origin: { requestId: id, traceparent: traceparent ?? undefined } }
}

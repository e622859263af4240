/** What administrators do about people. Decided by Keto: `Platform:vestibule#administer`. */
import * as contracts from '@app/contracts/people'
import { permission, requireAal } from '@app/http/access'
import type { UserActor } from '@app/http/actor'
import { answer, type RequestFacts, type Route, route } from '@app/http/route'
import { listActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { activate, deactivate, endEverySession, mailSignInLink } from './actions.ts'
import { type Caller, invite, listInvitations, resend, withdraw } from './invitations.ts'
import { findPerson, readSecurity } from './person-security.ts'
import { resetFactors } from './reset-factors.ts'

/** Nobody does these things as somebody else, nor with a stolen password where administrators must have a second factor. */
const administrator = ({ administratorsNeedSecondFactor }: Deps) =>
  permission('Platform', 'administer', () => 'vestibule', {
    actAs: 'refused',
    ...(administratorsNeedSecondFactor ? requireAal('aal2') : {}),
  })

export function peopleRoutes(deps: Deps): Route[] {
  return [
    route(contracts.invitePerson, administrator(deps), async (input) => {
      const { created, view } = await invite(deps, callerOf(input), input.body)
      return created ? answer(201, view) : answer(200, view)
    }),
    route(contracts.listInvitations, administrator(deps), ({ query }) => listInvitations(deps, query)),
    route(contracts.resendInvitation, administrator(deps), (input) => resend(deps, callerOf(input), input.params.invitationId)),
    route(contracts.withdrawInvitation, administrator(deps), (input) => withdraw(deps, callerOf(input), input.params.invitationId)),
    route(contracts.readPersonSecurity, administrator(deps), ({ params }) => readSecurity(deps, params.personId)),
    route(contracts.listPersonActivity, administrator(deps), async ({ params, query }) => {
      await findPerson(deps, params.personId)
      return await listActivity(deps, params.personId, query)
    }),
    ...actionRoutes(deps),
  ]
}

function actionRoutes(deps: Deps): Route[] {
  return [
    route(contracts.deactivatePerson, administrator(deps), (input) =>
      deactivate(deps, callerOf(input), { ...input.params, ...input.body }),
    ),
    route(contracts.activatePerson, administrator(deps), (input) => activate(deps, callerOf(input), { ...input.params, ...input.body })),
    route(contracts.endPersonSessions, administrator(deps), (input) =>
      endEverySession(deps, callerOf(input), { ...input.params, ...input.body }),
    ),
    route(contracts.resetPersonFactors, administrator(deps), (input) =>
      resetFactors(deps, callerOf(input), { ...input.params, ...input.body }),
    ),
    route(contracts.sendSignInLink, administrator(deps), (input) =>
      mailSignInLink(deps, callerOf(input), { ...input.params, ...input.body }),
    ),
  ]
}

function callerOf({ actor, request }: { readonly actor: UserActor; readonly request: RequestFacts }): Caller {
  return { actor, requestId: request.id, traceparent: request.traceparent ?? undefined }
}

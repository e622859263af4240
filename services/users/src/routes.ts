import { exportPerson } from '@app/contracts/archive'
import { readContact as readContactContract } from '@app/contracts/internal-users'
import * as preferenceContracts from '@app/contracts/preferences'
import * as contracts from '@app/contracts/users'
import { guestOk, internal, permission, signedIn } from '@app/http/access'
import { answer, type RequestFacts, type Route, route } from '@app/http/route'
import { versionHeader } from '@app/http/version-header'
import { readContact } from './contact.ts'
import { listUsers } from './directory.ts'
import type { Trace } from './ensure-user.ts'
import { exportUser } from './export.ts'
import { listPreferences, removePreference, setPreference } from './preferences.ts'
import { findUser, readMe, type UsersDeps, updateMe } from './users.ts'

/** Decided by Keto: `Platform:vestibule#administer`. */
const administrator = () => permission('Platform', 'administer', () => 'vestibule')

export const userRoutes = (deps: UsersDeps): Route[] => [
  route(contracts.readMe, signedIn(), async ({ actor, request }) => versioned(await readMe(deps, actor, traceOf(request)))),
  route(contracts.updateMe, signedIn(), async ({ actor, body, request }) =>
    versioned(await updateMe(deps, actor, body, request.ifMatch, traceOf(request))),
  ),
  route(contracts.listUsers, administrator(), ({ query }) => listUsers(deps, query)),
  route(contracts.readUser, administrator(), async ({ params }) => versioned(await findUser(deps, params.userId))),
  route(preferenceContracts.listPreferences, guestOk(), ({ actor }) => listPreferences(deps, actor)),
  route(preferenceContracts.setPreference, guestOk(), ({ actor, params, body }) => setPreference(deps, actor, params.key, body.value)),
  route(preferenceContracts.removePreference, guestOk(), ({ actor, params }) => removePreference(deps, actor, params.key)),
  route(exportPerson, internal('identity'), ({ params }) => exportUser(deps, params.userId)),
  route(readContactContract, internal('notifications'), ({ params }) => readContact(deps, params.userId)),
]

function versioned(view: contracts.UserView) {
  return answer(200, view, versionHeader(view.version))
}

function traceOf({ id, traceparent }: RequestFacts): Trace {
  return { requestId: id, traceparent: traceparent ?? undefined }
}

import {
  addPhone as addPhoneContract,
  changeEmail as changeEmailContract,
  confirmContact as confirmContactContract,
  proveRegistration as proveRegistrationContract,
  readContactDetails,
  removePhone as removePhoneContract,
  startRegistration as startRegistrationContract,
} from '@app/contracts/contact'
import { publicRoute, requireFresh, signedIn } from '@app/http/access'
import { type Route, route } from '@app/http/route'
import type { Deps } from '../deps.ts'
import { addPhone, changeEmail, confirmContact, readContact, removePhone } from './change.ts'
import { proveRegistration, startRegistration } from './register.ts'

/** As Kratos' settings: so long a sign-in counts as one of just now. */
const freshMinutes = 15

export function contactRoutes(deps: Deps): Route[] {
  const fresh = () => signedIn(requireFresh(freshMinutes))
  return [
    route(readContactDetails, signedIn({ actAs: 'refused' }), ({ actor }) => readContact(deps, actor)),
    route(changeEmailContract, fresh(), ({ actor, body, request }) => changeEmail(deps, actor, body.email, request)),
    route(addPhoneContract, fresh(), ({ actor, body, request }) => addPhone(deps, actor, body.phone, request)),
    route(removePhoneContract, fresh(), ({ actor, request }) => removePhone(deps, actor, request)),
    route(confirmContactContract, signedIn({ actAs: 'refused' }), ({ actor, params, body, request }) =>
      confirmContact(deps, actor, params.proofId, body.code, request),
    ),
    route(startRegistrationContract, publicRoute(), ({ body, request }) => startRegistration(deps, body, request)),
    route(proveRegistrationContract, publicRoute(), ({ params, body }) => proveRegistration(deps, params.registrationId, body)),
  ]
}

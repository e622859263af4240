import {
  addPhone as addPhoneContract,
  changeEmail as changeEmailContract,
  confirmContact as confirmContactContract,
  proveRegistration as proveRegistrationContract,
  readContactDetails,
  removePhone as removePhoneContract,
  startRegistration as startRegistrationContract,
  TextMessageNotEnough,
} from '@app/contracts/contact'
import { publicRoute, requireFresh, signedIn } from '@app/http/access'
import type { UserActor } from '@app/http/actor'
import { type Route, route } from '@app/http/route'
import type { Deps } from '../deps.ts'
import { freshMinutes, isByTextAlone } from '../sessions/text-proofs.ts'
import { addPhone, changeEmail, confirmContact, readContact, removePhone } from './change.ts'
import { proveRegistration, startRegistration } from './register.ts'

export function contactRoutes(deps: Deps): Route[] {
  const fresh = () => signedIn(requireFresh(freshMinutes))
  return [
    route(readContactDetails, signedIn({ actAs: 'refused' }), ({ actor }) => readContact(deps, actor)),
    route(changeEmailContract, fresh(), async ({ actor, body, request }) => {
      await refuseTextAlone(deps, actor)
      return await changeEmail(deps, actor, body.email, request)
    }),
    route(addPhoneContract, fresh(), async ({ actor, body, request }) => {
      await refuseTextAlone(deps, actor)
      return await addPhone(deps, actor, body.phone, request)
    }),
    route(removePhoneContract, fresh(), ({ actor, request }) => removePhone(deps, actor, request)),
    route(confirmContactContract, signedIn({ actAs: 'refused' }), ({ actor, params, body, request }) =>
      confirmContact(deps, actor, params.proofId, body.code, request),
    ),
    route(startRegistrationContract, publicRoute(), ({ body, request }) => startRegistration(deps, body, request)),
    route(proveRegistrationContract, publicRoute(), ({ params, body }) => proveRegistration(deps, params.registrationId, body)),
  ]
}

/** @throws {TextMessageNotEnough} */
async function refuseTextAlone(deps: Deps, { session }: UserActor): Promise<void> {
  if (await isByTextAlone(deps, session)) throw TextMessageNotEnough()
}

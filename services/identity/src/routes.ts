import {
  createGuest as createGuestContract,
  forgetGuest as forgetGuestContract,
  mergeGuest as mergeGuestContract,
} from '@app/contracts/guests'
import {
  recoveryAfter,
  registrationAfter,
  registrationBefore,
  settingsAfter,
  settingsBefore,
  verificationAfter,
} from '@app/contracts/internal-hooks'
import {
  createAdministrator as createAdministratorContract,
  IdentityNotFound,
  listAdministrators as listAdministratorsContract,
  readIdentity,
} from '@app/contracts/internal-identity'
import { checkPermissions } from '@app/contracts/permissions'
import { namePasskey as namePasskeyContract, readSecurity as readSecurityContract } from '@app/contracts/security'
import { readSession } from '@app/contracts/session'
import { redeemSetupLink as redeemSetupLinkContract } from '@app/contracts/setup-links'
import { guestOk, internal, publicRoute, signedIn } from '@app/http/access'
import { type Route, route } from '@app/http/route'
import { createAdministrator, listAdministrators } from './administrators.ts'
import { archiveRoutes } from './archive/archive-routes.ts'
import { contactRoutes } from './contact/contact-routes.ts'
import type { Deps } from './deps.ts'
import { namePasskey, readOwnSecurity } from './factors/own-security.ts'
import { bringAlong, forget, welcomeGuest } from './guests/guest-routes.ts'
import { guestMaker } from './guests/new-guest.ts'
import { decideRegistration, decideSettings, noteChange, noteVerification } from './hooks.ts'
import { impersonationRoutes } from './impersonation/impersonation-routes.ts'
import { identityView } from './kratos-identity.ts'
import { leavingRoutes } from './leaving/leaving-routes.ts'
import { peopleRoutes } from './people/people-routes.ts'
import { answerQuestions } from './permission-checks.ts'
import { decideProviderRegistration } from './providers/decide-provider.ts'
import { sessionAnswer } from './session-view.ts'
import { sessionRoutes } from './sessions/session-routes.ts'
import { redeemSetupLink } from './setup-links.ts'
import { syncIdentity } from './sync.ts'
import { termsRoutes } from './terms/terms-routes.ts'

export function identityRoutes(deps: Deps): Route[] {
  return [
    ...publicRoutes(deps),
    ...guestRoutes(deps),
    ...contactRoutes(deps),
    ...sessionRoutes(deps),
    ...impersonationRoutes(deps),
    ...leavingRoutes(deps),
    ...archiveRoutes(deps),
    ...termsRoutes(deps),
    ...peopleRoutes(deps),
    ...internalRoutes(deps),
    ...hookRoutes(deps),
  ]
}

function publicRoutes(deps: Deps): Route[] {
  return [
    route(readSession, guestOk({ standing: 'any' }), ({ actor }) => sessionAnswer(actor, deps.standing)),
    route(readSecurityContract, signedIn({ standing: 'proven', actAs: 'refused' }), ({ actor }) => readOwnSecurity(deps, actor.userId)),
    route(namePasskeyContract, signedIn({ actAs: 'refused' }), ({ actor, params, body }) =>
      namePasskey(deps, actor.userId, params.passkeyId, body.name),
    ),
    route(checkPermissions, signedIn(), ({ actor, body }) => answerQuestions(deps, actor.userId, body.checks)),
    route(redeemSetupLinkContract, publicRoute(), ({ body, request }) => redeemSetupLink(deps, body.token, request.id)),
  ]
}

function guestRoutes(deps: Deps): Route[] {
  const makeGuest = guestMaker(deps)
  return [
    route(createGuestContract, publicRoute(), ({ body, request }) => welcomeGuest(deps, makeGuest, body.keptAs, request)),
    route(mergeGuestContract, signedIn({ standing: 'proven', actAs: 'refused' }), ({ actor, body, request }) =>
      bringAlong(deps, actor, body.guestToken, request),
    ),
    route(forgetGuestContract, guestOk(), ({ actor, request }) => forget(deps, actor, request)),
  ]
}

function internalRoutes(deps: Deps): Route[] {
  return [
    route(readIdentity, internal('users'), async ({ params, request }) => {
      // Whoever asks is told what was told to all: a difference becomes an event first.
      const known = await syncIdentity(deps, params.identityId, { requestId: request.id })
      if (known === null) throw IdentityNotFound()
      return identityView(known.identity, known.changedAt)
    }),
    route(createAdministratorContract, internal('operator'), ({ body, request }) => createAdministrator(deps, body, request.id)),
    route(listAdministratorsContract, internal('operator'), () => listAdministrators(deps)),
  ]
}

function hookRoutes(deps: Deps): Route[] {
  const kratos = internal('kratos')
  return [
    route(registrationBefore, kratos, ({ params, body }) =>
      params.method === 'oidc' ? decideProviderRegistration(deps, body) : decideRegistration(deps, params.method, body),
    ),
    route(registrationAfter, kratos, ({ body, request }) => noteChange(deps, body, request.id)),
    route(settingsBefore, kratos, ({ params, body }) => decideSettings(deps, params.method, body)),
    route(settingsAfter, kratos, ({ body, request }) => noteChange(deps, body, request.id)),
    route(recoveryAfter, kratos, ({ body, request }) => noteVerification(deps, body, request.id)),
    route(verificationAfter, kratos, ({ body, request }) => noteVerification(deps, body, request.id)),
  ]
}

import { acceptTerms as acceptTermsContract, listAcceptances as listAcceptancesContract, readTerms } from '@app/contracts/terms'
import { publicRoute, signedIn } from '@app/http/access'
import { type Route, route } from '@app/http/route'
import type { Deps } from '../deps.ts'
import { acceptTerms, listAcceptances, termsInForce } from './terms.ts'

/** Open to whoever has not accepted them yet; nobody accepts them for somebody else. */
const own = { standing: 'any', actAs: 'refused' } as const

export function termsRoutes(deps: Deps): Route[] {
  return [
    route(readTerms, publicRoute(), () => termsInForce(deps)),
    route(listAcceptancesContract, signedIn(own), ({ actor }) => listAcceptances(deps, actor)),
    route(acceptTermsContract, signedIn(own), ({ actor, body, request }) => acceptTerms(deps, actor, body.version, request.id)),
  ]
}

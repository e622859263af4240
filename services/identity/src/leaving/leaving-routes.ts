import * as contracts from '@app/contracts/leaving'
import { permission, requireFresh, signedIn } from '@app/http/access'
import { type Route, route } from '@app/http/route'
import type { Deps } from '../deps.ts'
import { readLeaving, requestDeletion, withdrawDeletion } from './leaving.ts'
import { listErasures } from './list-erasures.ts'

/** Whoever must do something first may leave instead of doing it. */
const ownAccount = { standing: 'proven', actAs: 'refused' } as const

export function leavingRoutes(deps: Deps): Route[] {
  return [
    route(contracts.readLeaving, signedIn(ownAccount), ({ actor }) => readLeaving(deps, actor)),
    route(contracts.requestDeletion, signedIn(ownAccount, requireFresh(10)), ({ actor, request }) => requestDeletion(deps, actor, request)),
    route(contracts.withdrawDeletion, signedIn(ownAccount), ({ actor, request }) => withdrawDeletion(deps, actor, request)),
    route(
      contracts.listErasures,
      permission('Platform', 'administer', () => 'vestibule'),
      ({ query }) => listErasures(deps, query),
    ),
  ]
}

import { readArchive as readArchiveContract } from '@app/contracts/archive'
import { requireFresh, signedIn } from '@app/http/access'
import { type Route, route } from '@app/http/route'
import type { Deps } from '../deps.ts'
import { readArchive } from './archive.ts'

export function archiveRoutes(deps: Deps): Route[] {
  // Whoever must do something first may have what is theirs before; whoever has shown only one of two factors may not.
  const own = signedIn({ standing: 'proven', actAs: 'refused' }, requireFresh(10))
  return [route(readArchiveContract, own, ({ actor, request }) => readArchive(deps, actor, request))]
}

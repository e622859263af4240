/** Everything that is known about a person, for them alone. Whole or not at all: a service that is down is missing to nobody's knowledge. */
import { type ArchiveParts, type ArchiveView, exportPerson } from '@app/contracts/archive'
import { TooManyAttempts } from '@app/contracts/common-problems'
import type { UserActor } from '@app/http/actor'
import { answer, type RequestFacts } from '@app/http/route'
import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { accountActivity } from '../device-tables.ts'
import { type KratosIdentity, textTrait } from '../kratos-identity.ts'
import { take } from '../limits/counters.ts'
import { ownParts } from './own-parts.ts'

const perHour = { count: 5, seconds: 3_600 } as const

/** @throws {TooManyAttempts} @throws {DependencyDown} a service did not say what it keeps. @throws {IdentityServiceDown} */
export async function readArchive(deps: Deps, actor: UserActor, request: RequestFacts) {
  const { userId, sessionId } = actor
  const taking = await take(deps, [{ key: deps.guardKeys.of('archive', userId), limit: perHour }])
  if (!taking.granted) throw TooManyAttempts('Five an hour', { retryAfterSeconds: taking.waitSeconds })
  try {
    const archive = await collect(deps, actor, request)
    const { address, headers } = request
    await deps.app.db.transaction((tx) =>
      recordActivity(tx, { identityId: userId, kind: 'data-downloaded', sessionId, address, userAgent: headers.get('user-agent') }),
    )
    return answer(200, archive, { 'content-disposition': `attachment; filename="account-${archive.madeAt.slice(0, 10)}.json"` })
  } catch (error) {
    await taking.giveBack()
    throw error
  }
}

async function collect(deps: Deps, actor: UserActor, request: RequestFacts): Promise<ArchiveView> {
  const { userId } = actor
  const [identity, own] = await ownParts(deps, actor, request.id)
  const addresses = await addressesOf(deps, identity)
  const others = await Promise.all(
    Object.entries(deps.exporters).map(async ([service, client]): Promise<[string, ArchiveParts]> => {
      const { parts } = await client.call(exportPerson, { params: { userId }, body: { addresses }, requestId: request.id })
      return [service, parts]
    }),
  )
  return { version: 1, userId, madeAt: deps.clock().toISOString(), services: { identity: own, ...Object.fromEntries(others) } }
}

/** Since its last change that is still known, or for as long as one would be known: an older one is forgotten. */
async function addressesOf({ app, sessionRules }: Deps, identity: KratosIdentity) {
  // Forgotten by the database's clock (see `pruneActivity`), so read by it too, and first.
  const [known] = await app.db.execute<{ since: string }>(
    sql`select to_char(greatest(${identity.created_at}::timestamptz, now() - make_interval(days => ${sessionRules.activityDays})) at time zone 'utc',
      'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since`,
  )
  if (known === undefined) throw new Error('The database did not tell the time')
  const changes = await app.db
    .select({ kind: accountActivity.kind, at: accountActivity.at })
    .from(accountActivity)
    .where(and(eq(accountActivity.identityId, identity.id), inArray(accountActivity.kind, ['email-changed', 'phone-changed'])))
    .orderBy(desc(accountActivity.at))
  return (['email', 'phone'] as const).flatMap((name) => {
    const address = textTrait(identity, name)
    const since = changes.find(({ kind }) => kind === `${name}-changed`)?.at.toISOString() ?? known.since
    return address === null ? [] : [{ address, since }]
  })
}

/**
 * The net under everything else: once a night every identity of Kratos is compared with what was told about it, so that a change
 * of which no hook, no guard and no caller told is found within a day.
 */
import { and, asc, gt, inArray, isNull, lte, sql } from 'drizzle-orm'
import { adoptNumber, lacksNumber } from './contact/adopt-number.ts'
import type { Deps } from './deps.ts'
import { decoyHandle } from './guard/hash-alike.ts'
import { adoptGuest } from './guests/sweep-guests.ts'
import type { KratosIdentity } from './kratos-identity.ts'
import { fullSweep, type IdentityRow, identities } from './schema.ts'
import { changesOf, syncIdentity } from './sync.ts'

const defaultPageSize = 250
const firstId = '00000000-0000-0000-0000-000000000000'
/** Between three and five in the morning (UTC), another minute on each machine and night. */
const nextNight = sql`date_trunc('day', now() at time zone 'utc') at time zone 'utc' + interval '27 hours' + random() * interval '2 hours'`

/** Compares everything when it is time to; one instance at a time, and a run that was cut goes on where it was. */
export async function runFullSweepWhenDue(deps: Deps, signal: AbortSignal): Promise<void> {
  await deps.system.db.insert(fullSweep).values({ nextRunAt: nextNight }).onConflictDoNothing()
  const [due] = await deps.system.db.select().from(fullSweep).where(lte(fullSweep.nextRunAt, sql`now()`))
  if (due === undefined) return
  await deps.locks.hold('full-sweep', 0, () => sweepAll(deps, signal))
}

/** @returns how many identities were compared */
export async function sweepAll(deps: Deps, signal: AbortSignal, pageSize = defaultPageSize): Promise<number> {
  const [row] = await deps.system.db.select({ position: fullSweep.position }).from(fullSweep)
  let position = row?.position ?? null
  let compared = 0
  while (!signal.aborted) {
    const page = await deps.kratos.listPage(position, pageSize)
    refuseDisorder(page, position)
    const last = page.at(-1)?.id ?? null
    const isLastPage = page.length < pageSize
    await comparePage(deps, page, position ?? firstId, isLastPage ? null : last)
    compared += page.length
    position = isLastPage ? null : last
    await deps.system.db.update(fullSweep).set(position === null ? { position, nextRunAt: nextNight } : { position })
    if (position === null) break
  }
  return compared
}

/** Deletions are told by gaps between ids, which only a sorted listing shows. */
function refuseDisorder(page: readonly KratosIdentity[], after: string | null): void {
  let before = after ?? firstId
  for (const { id } of page) {
    if (id <= before) throw new Error('Kratos lists identities in another order than that of their ids')
    before = id
  }
}

/** @param upTo null when Kratos has nothing after this page */
async function comparePage(deps: Deps, page: readonly KratosIdentity[], after: string, upTo: string | null): Promise<void> {
  const rows = await rowsFor(deps, page)
  for (const identity of page) {
    // Nobody is told about a guest until they are somebody; one that no row knows is left over from a killed process.
    if (identity.schema_id === 'guest') {
      if (identity.traits['handle'] !== decoyHandle(deps.guardKeys)) await adoptGuest(deps, identity)
      continue
    }
    const row = rows.get(identity.id)
    if (row === undefined || changesOf(row, identity).length > 0) await syncIdentity(deps, identity.id)
    if (lacksNumber(identity)) await adoptNumber(deps, identity.id)
  }
  const known = new Set(page.map(({ id }) => id))
  for await (const id of knownBetween(deps, after, upTo)) {
    // Looked at again one by one: a page is no proof that somebody is gone.
    if (!known.has(id)) await syncIdentity(deps, id)
  }
}

async function rowsFor({ system }: Deps, page: readonly KratosIdentity[]): Promise<Map<string, IdentityRow>> {
  if (page.length === 0) return new Map()
  const ids = page.map(({ id }) => id)
  const rows = await system.db.select().from(identities).where(inArray(identities.id, ids))
  return new Map(rows.map((row) => [row.id, row]))
}

/** Our ids in (after, upTo], or to the end. */
async function* knownBetween({ system }: Deps, after: string, upTo: string | null): AsyncGenerator<string> {
  let position = after
  for (;;) {
    const range = and(gt(identities.id, position), isNull(identities.deletedAt), upTo === null ? undefined : lte(identities.id, upTo))
    const rows = await system.db.select({ id: identities.id }).from(identities).where(range).orderBy(asc(identities.id)).limit(1_000)
    for (const { id } of rows) yield id
    const last = rows.at(-1)
    if (last === undefined) return
    position = last.id
  }
}

/** For operators and tests: the next look at the clock starts a run. */
export async function requestFullSweep({ system }: Pick<Deps, 'system'>): Promise<void> {
  await system.db
    .insert(fullSweep)
    .values({ nextRunAt: sql`now()` })
    .onConflictDoUpdate({ target: fullSweep.onlyRow, set: { nextRunAt: sql`now()` } })
}

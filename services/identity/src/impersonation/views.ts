import type { ImpersonationState, ImpersonationView } from '@app/contracts/impersonations'
import type { UserActor } from '@app/http/actor'
import { desc, eq } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { textTrait } from '../kratos-identity.ts'
import { type ImpersonationRow, impersonations } from './table.ts'

const shown = 50

export async function listImpersonations(deps: Deps, { userId, sessionId }: UserActor) {
  const newest = (column: 'administratorId' | 'userId') =>
    deps.app.db.select().from(impersonations).where(eq(impersonations[column], userId)).orderBy(desc(impersonations.id)).limit(shown)
  const [byMe, ofMe] = [await newest('administratorId'), await newest('userId')]
  const views = await viewsOf(deps, [...byMe, ...ofMe])
  const mine = views.slice(0, byMe.length)
  const current = mine.find((view, index) => view.state === 'active' && byMe[index]?.sessionId === sessionId) ?? null
  return { current, byMe: mine, ofMe: views.slice(byMe.length) }
}

/** In the order of the rows; with the names that people have now. */
export async function viewsOf({ kratos, clock }: Deps, rows: readonly ImpersonationRow[]): Promise<ImpersonationView[]> {
  const ids = [...new Set(rows.flatMap(({ administratorId, userId }) => [administratorId, userId]))]
  const names = new Map((await kratos.listByIds(ids)).map((identity) => [identity.id, textTrait(identity, 'name') ?? '']))
  return rows.map((row) => ({
    id: row.id,
    state: stateOf(row, clock()),
    administratorId: row.administratorId,
    administratorName: names.get(row.administratorId) ?? '',
    userId: row.userId,
    userName: names.get(row.userId) ?? '',
    reason: row.reason,
    minutes: row.minutes,
    consent: row.consent,
    requestedAt: row.requestedAt.toISOString(),
    answerBy: row.answerBy.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endsAt: endOf(row)?.toISOString() ?? null,
  }))
}

function endOf({ startedAt, endsAt, closedAt }: ImpersonationRow): Date | null {
  if (startedAt === null || endsAt === null) return null
  return closedAt !== null && closedAt < endsAt ? closedAt : endsAt
}

function stateOf({ startedAt, endsAt, closedAt, closedBy, answerBy }: ImpersonationRow, now: Date): ImpersonationState {
  if (startedAt !== null) return closedAt === null && endsAt !== null && endsAt > now ? 'active' : 'ended'
  if (closedBy === 'person') return 'declined'
  if (closedBy === 'administrator') return 'ended'
  return closedBy === 'time' || answerBy <= now ? 'expired' : 'requested'
}

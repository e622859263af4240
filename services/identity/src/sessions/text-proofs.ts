/**
 * Sign-ins by text message. Whoever has taken over a number (SIM swap) gets in with one, and would stay in for good if that were
 * enough to change how the account is opened (NIST SP 800-63B-3, 5.2.10: a restricted authenticator).
 */
import type { Session } from '@app/ory/session'
import { eq, lt, sql } from 'drizzle-orm'
import { pgTable, primaryKey, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { Deps } from '../deps.ts'

const textProofs = pgTable(
  'text_proofs',
  {
    sessionId: uuid('session_id').notNull(),
    provenAt: timestamp('proven_at', { withTimezone: true, mode: 'date', precision: 3 }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.provenAt] })],
)

/** As Kratos' settings: so long a sign-in counts as one of just now. */
export const freshMinutes = 15

/** @throws {DatabaseDown} then nobody may hear of the sign-in either. */
export async function addTextProof({ app }: Pick<Deps, 'app'>, sessionId: string, provenAt: Date): Promise<void> {
  await app.db.insert(textProofs).values({ sessionId, provenAt }).onConflictDoNothing()
}

/** Whether the person has shown anything lately, by our clock: Kratos' may be a little behind. */
export function hasShownLately({ standing }: Pick<Deps, 'standing'>, { methods }: Pick<Session, 'methods'>): boolean {
  return methods.some(({ at }) => Date.parse(at) >= beginOfLately(standing))
}

/** Whether all that the person has shown lately is a text message; when nothing is of lately, the last that they have shown. @throws {DatabaseDown} */
export async function isByTextAlone(
  { app, standing }: Pick<Deps, 'app' | 'standing'>,
  { id, methods }: Pick<Session, 'id' | 'methods'>,
): Promise<boolean> {
  const since = Math.min(beginOfLately(standing), Math.max(...methods.map(({ at }) => Date.parse(at))))
  const judged = methods.filter(({ at }) => Date.parse(at) >= since)
  if (judged.length === 0 || judged.some(({ method }) => method !== 'code')) return false
  const texts = await app.db.select({ at: textProofs.provenAt }).from(textProofs).where(eq(textProofs.sessionId, id))
  return judged.every(({ at }) => texts.some((text) => text.at.getTime() === Date.parse(at)))
}

function beginOfLately({ clock }: Deps['standing']): number {
  return clock().getTime() - freshMinutes * 60_000
}

export async function forgetTextProofs({ system }: Pick<Deps, 'system'>): Promise<void> {
  await system.db.delete(textProofs).where(lt(textProofs.provenAt, sql`now() - interval '1 day'`))
}

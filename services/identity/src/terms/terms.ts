import { type AcceptanceView, TermsNotInForce, type TermsView } from '@app/contracts/terms'
import type { UserActor } from '@app/http/actor'
import { desc, eq } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { expectChange, settleChange } from '../pending.ts'
import { findAcceptance } from './acceptances.ts'
import { acceptedTerms } from './table.ts'

export function termsInForce({ standing, terms }: Pick<Deps, 'standing' | 'terms'>): TermsView {
  if (standing.termsVersion === '') return { version: null, textAt: null }
  const textIn = (locale: 'en' | 'nl') => terms.url.replaceAll('{locale}', locale)
  return { version: standing.termsVersion, textAt: { en: textIn('en'), nl: textIn('nl') } }
}

export async function listAcceptances({ app }: Pick<Deps, 'app'>, { userId }: UserActor): Promise<{ items: AcceptanceView[] }> {
  const rows = await app.db.select().from(acceptedTerms).where(eq(acceptedTerms.identityId, userId)).orderBy(desc(acceptedTerms.acceptedAt))
  return { items: rows.map(({ version, acceptedAt }) => ({ version, acceptedAt: acceptedAt.toISOString() })) }
}

/** The first time counts, however often it is said; every service knows before the answer. @throws {TermsNotInForce} */
export async function acceptTerms(deps: Deps, { userId }: UserActor, version: string, requestId: string): Promise<AcceptanceView> {
  if (version !== deps.standing.termsVersion) throw TermsNotInForce()
  await deps.app.db.transaction(async (tx) => {
    await tx.insert(acceptedTerms).values({ identityId: userId, version }).onConflictDoNothing()
    await expectChange(tx, 'identity', userId)
  })
  await settleChange(deps, userId, { requestId })
  const acceptedAt = await findAcceptance(deps, userId, version)
  if (acceptedAt === null) throw new Error('The person went away while they accepted the terms')
  return { version, acceptedAt: acceptedAt.toISOString() }
}

/**
 * Which terms somebody has accepted. The rows say so; what whoami tells the services follows from them, but at registration, where
 * Kratos stores it with the account and the row is made when the account is first told about.
 */
import type { Transaction } from '@app/db/database'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import type { KratosIdentity } from '../kratos-identity.ts'
import { acceptedTerms } from './table.ts'

/** When somebody has accepted these terms; null: they have not. */
export async function findAcceptance({ app }: Pick<Deps, 'app'>, identityId: string, version: string): Promise<Date | null> {
  const [row] = await app.db
    .select({ at: acceptedTerms.acceptedAt })
    .from(acceptedTerms)
    .where(and(eq(acceptedTerms.identityId, identityId), eq(acceptedTerms.version, version)))
  return row?.at ?? null
}

const AtRegistration = z.object({ termsAccepted: z.string().regex(/^[A-Za-z0-9._-]{1,40}$/), termsAcceptedAt: z.iso.datetime() })

/** With the first telling of an identity: what was accepted with the registration becomes a row. */
export async function noteAtRegistration(tx: Transaction, { id, metadata_public: metadata }: KratosIdentity): Promise<void> {
  const { data } = AtRegistration.safeParse(metadata)
  if (data === undefined) return
  const row = { identityId: id, version: data.termsAccepted, acceptedAt: new Date(data.termsAcceptedAt) }
  await tx.insert(acceptedTerms).values(row).onConflictDoNothing()
}

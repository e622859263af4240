/** What a person sees about their own ways in, and the names they give their passkeys. */
import { NotSignedIn } from '@app/contracts/common-problems'
import { PasskeyNotFound, type SecurityView } from '@app/contracts/security'
import { eq, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { passkeyNames, requiredSecondFactors } from '../factor-tables.ts'
import { factorsOf } from './read-factors.ts'

/** @throws {NotSignedIn} the identity is gone. @throws {IdentityServiceDown} */
export async function readOwnSecurity({ app, kratos }: Deps, userId: string): Promise<SecurityView> {
  const [identity, names, required] = await Promise.all([
    kratos.readFactors(userId),
    app.db.select().from(passkeyNames).where(eq(passkeyNames.identityId, userId)),
    app.db.$count(requiredSecondFactors, eq(requiredSecondFactors.identityId, userId)),
  ])
  if (identity === null) throw NotSignedIn()
  const { hasPassword, passwordSetAt, totpAddedAt, recoveryCodes, passkeys, providers } = factorsOf(identity)
  const nameOf = new Map(names.map(({ credentialId, name }) => [credentialId, name]))
  return {
    password: hasPassword ? { setAt: passwordSetAt } : null,
    totp: totpAddedAt === null ? null : { addedAt: totpAddedAt },
    recoveryCodes: recoveryCodes && { left: recoveryCodes.left },
    passkeys: passkeys.map(({ id, addedAt }) => ({ id, addedAt, name: nameOf.get(id) ?? null })),
    // The subject at the provider stays here.
    providers: [...new Set(providers.map((identifier) => identifier.split(':', 1)[0] ?? ''))],
    secondFactorRequired: required > 0,
  }
}

/** @throws {PasskeyNotFound} it is nobody's, or somebody else's. @throws {IdentityServiceDown} */
export async function namePasskey({ app, kratos }: Deps, userId: string, credentialId: string, name: string): Promise<void> {
  const identity = await kratos.readFactors(userId)
  if (identity === null || !factorsOf(identity).passkeys.some(({ id }) => id === credentialId)) throw PasskeyNotFound()
  await app.db
    .insert(passkeyNames)
    .values({ identityId: userId, credentialId, name })
    .onConflictDoUpdate({ target: [passkeyNames.identityId, passkeyNames.credentialId], set: { name: sql`excluded.name` } })
}

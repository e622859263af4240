/** How a person gets in, as an administrator may see it: never a secret, never a code, never a token. */
import { PersonNotFound, type PersonSecurity } from '@app/contracts/people'
import { and, eq, isNull } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { factorsOf, type KratosFactors } from '../factors/read-factors.ts'
import { isEmailVerified, type KratosIdentity, textTrait } from '../kratos-identity.ts'
import { platformAdministrators } from '../schema.ts'
import { methodOf, placeOf } from '../sessions/kratos-session.ts'
import { describeUserAgent } from '../user-agent.ts'
import { listActions } from './action-log.ts'
import { invitationOf } from './invitations.ts'

/** @throws {PersonNotFound} unknown, deleted, or a guest. @throws {IdentityServiceDown} */
export async function findPerson({ kratos }: Pick<Deps, 'kratos'>, personId: string): Promise<KratosIdentity> {
  const identity = await kratos.getIdentity(personId)
  if (identity === null || identity.schema_id === 'guest') throw PersonNotFound()
  return identity
}

/** @throws {PersonNotFound} @throws {IdentityServiceDown} */
export async function readSecurity(deps: Deps, personId: string): Promise<PersonSecurity> {
  const identity = await findPerson(deps, personId)
  const [ways, sessions, invitation, actions, administrator] = await Promise.all([
    deps.kratos.readFactors(personId),
    deps.kratos.listSessions(personId),
    invitationOf(deps, identity),
    listActions(deps, personId),
    isAdministrator(deps, personId),
  ])
  return {
    personId,
    email: textTrait(identity, 'email'),
    name: textTrait(identity, 'name') ?? '',
    state: identity.state,
    emailVerified: isEmailVerified(identity),
    administrator,
    createdAt: identity.created_at,
    invitation,
    factors: waysIn(ways),
    sessions: sessions.map((session) => {
      const { address, userAgent } = placeOf(session)
      return {
        id: session.id,
        ...describeUserAgent(userAgent),
        address,
        method: methodOf(session),
        assuranceLevel: session.authenticator_assurance_level,
        signedInAt: session.authenticated_at.toISOString(),
        expiresAt: session.expires_at.toISOString(),
      }
    }),
    actions,
  }
}

async function isAdministrator({ app }: Deps, userId: string): Promise<boolean> {
  const rows = await app.db
    .select({ userId: platformAdministrators.userId })
    .from(platformAdministrators)
    .where(and(eq(platformAdministrators.userId, userId), isNull(platformAdministrators.revokingAt)))
  return rows.length > 0
}

/** What there is; of a provider its name, not whom it knows the person as. */
function waysIn(read: KratosFactors | null): PersonSecurity['factors'] {
  if (read === null) throw PersonNotFound()
  const { hasPassword, passwordSetAt, totpAddedAt, recoveryCodes, passkeys, providers } = factorsOf(read)
  return {
    password: hasPassword,
    passwordSetAt,
    totp: totpAddedAt !== null,
    recoveryCodes: recoveryCodes !== null,
    passkeys: passkeys.length,
    providers: [...new Set(providers.map((identifier) => identifier.split(':', 1)[0] ?? ''))],
  }
}

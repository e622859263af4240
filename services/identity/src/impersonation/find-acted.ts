/** Whom a session of an administrator speaks for, right now: asked with every request that says so, and never kept. */
import type { ActAs } from '@app/http/act-as'
import type { Session } from '@app/ory/session'
import { and, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { isEmailVerified, type KratosIdentity, textTrait } from '../kratos-identity.ts'
import { isAdministrator } from './request.ts'
import { type ImpersonationRow, impersonations } from './table.ts'

type Administrator = Pick<Session, 'id' | 'userId' | 'assuranceLevel'>

export function createActAs(deps: Pick<Deps, 'app' | 'kratos'>): ActAs {
  return { find: (id, administrator) => findActed(deps, id, administrator) }
}

/** @throws {IdentityServiceDown} @throws {DatabaseDown} */
export async function findActed(
  { app, kratos }: Pick<Deps, 'app' | 'kratos'>,
  id: string,
  administrator: Administrator,
): Promise<Session | null> {
  if (administrator.assuranceLevel !== 'aal2') return null
  const row = await findRunning({ app }, id, administrator)
  // Both may have changed since it began.
  if (row === undefined || !(await isAdministrator(app.db, row.administratorId)) || (await isAdministrator(app.db, row.userId))) return null
  const identity = await kratos.getIdentity(row.userId)
  return identity?.state === 'active' && identity.schema_id !== 'guest' ? sessionAs(row, identity) : null
}

export async function findRunning(
  { app }: Pick<Deps, 'app'>,
  id: string,
  administrator: Administrator,
): Promise<ImpersonationRow | undefined> {
  const [row] = await app.db
    .select()
    .from(impersonations)
    .where(
      and(
        eq(impersonations.id, id),
        eq(impersonations.administratorId, administrator.userId),
        eq(impersonations.sessionId, administrator.id),
        isNotNull(impersonations.startedAt),
        isNull(impersonations.closedAt),
        gt(impersonations.endsAt, sql`now()`),
      ),
    )
  return row
}

/** What the person's own session would say; level and time are those of the administrator's proof and of this impersonation. */
function sessionAs({ sessionId, startedAt, endsAt }: ImpersonationRow, identity: KratosIdentity): Session {
  const at = (moment: Date | null) => (moment ?? new Date(0)).toISOString()
  return {
    id: sessionId,
    userId: identity.id,
    schemaId: identity.schema_id,
    assuranceLevel: 'aal2',
    methods: [],
    authenticatedAt: at(startedAt),
    expiresAt: at(endsAt),
    traits: {
      email: textTrait(identity, 'email'),
      name: textTrait(identity, 'name') ?? '',
      locale: identity.traits['locale'] === 'nl' ? 'nl' : 'en',
      phone: textTrait(identity, 'phone'),
    },
    emailVerified: isEmailVerified(identity),
    identityState: 'active',
    identityUpdatedAt: identity.created_at,
    passwordSetAt: null,
    secondFactorRequired: false,
    secondFactorSet: false,
    termsAccepted: null,
  }
}

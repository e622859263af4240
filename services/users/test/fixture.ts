/** Users on a real database of its own, with sessions and permissions that the test decides. */
import { fileURLToPath } from 'node:url'
import { PermissionServiceDown } from '@app/contracts/common-problems'
import { newId } from '@app/db/id'
import { createLog } from '@app/log/log'
import type { Session } from '@app/ory/session'
import { testDatabase } from '@app/testing/database'
import { sql } from 'drizzle-orm'
import { createApp } from '../src/app.ts'
import type { IdentityCopy } from '../src/ensure-user.ts'
import { ensureUser } from '../src/ensure-user.ts'

export const publicOrigin = 'http://localhost:8080'
export const notificationsSecret = 'notifications-secret-1'
export const identityCallerSecret = 'identity-secret-of-users'
export const log = createLog({ service: 'users', level: process.env['VESTIBULE_TEST_LOG'] === 'debug' ? 'debug' : 'silent' })

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const migrationSets = [
  { name: 'outbox', folder: folder('../../../packages/outbox/migrations') },
  { name: 'users', folder: folder('../migrations') },
]

export function aCopy(changes: Partial<IdentityCopy> = {}): IdentityCopy {
  return {
    id: newId(),
    email: 'ada@example.org',
    emailVerified: true,
    name: 'Ada Lovelace',
    locale: 'en',
    phone: null,
    state: 'active',
    awaitsPerson: false,
    updatedAt: '2026-11-21T09:00:00.000Z',
    ...changes,
  }
}

function aSession({ id, updatedAt, state: _, emailVerified, awaitsPerson: __, ...traits }: IdentityCopy): Session {
  return {
    id: newId(),
    userId: id,
    schemaId: 'person',
    assuranceLevel: 'aal1',
    methods: [],
    authenticatedAt: '2026-11-21T10:00:00.000Z',
    expiresAt: '2026-11-22T10:00:00.000Z',
    traits,
    emailVerified,
    identityState: 'active',
    identityUpdatedAt: updatedAt,
    passwordSetAt: null,
    secondFactorRequired: false,
    secondFactorSet: false,
    termsAccepted: null,
  }
}

/** Drop it in `afterAll`. */
export async function usersFixture(options: Parameters<typeof testDatabase>[2] = {}) {
  const database = await testDatabase('users', migrationSets, options)
  const sessions = new Map<string, Session>()
  const keto = { administrators: new Set<string>(), down: false }
  const { publicApp, internalApp } = createApp({
    db: database.app.db,
    sessions: { findSession: async ({ sessionToken }) => sessions.get(sessionToken ?? '') ?? null },
    permissions: {
      isAllowed: async (namespace, object, permit, userId) => {
        if (keto.down) throw PermissionServiceDown()
        return `${namespace}:${object}#${permit}` === 'Platform:vestibule#administer' && keto.administrators.has(userId)
      },
    },
    standing: { passwordMaxAgeDays: 0, termsVersion: '', clock: () => new Date() },
    callers: { notifications: [notificationsSecret], identity: [identityCallerSecret] },
    publicOrigin,
    ready: [database.app.check],
    log,
  })
  const { db } = database.owner
  return {
    ...database,
    publicApp,
    internalApp,
    sessions,
    keto,
    /** Signs in with this copy of an identity; the answer is the header to send. */
    signIn: (copy: IdentityCopy) => {
      const token = newId()
      sessions.set(token, aSession(copy))
      return { 'x-session-token': token }
    },
    ensure: (copy: IdentityCopy) => database.app.db.transaction((tx) => ensureUser(tx, copy)),
    row: async (id: string) => (await db.execute<Record<string, unknown>>(sql`select * from users where id = ${id}`))[0],
    events: async (subject: string) =>
      (await db.execute<{ type: string }>(sql`select type from outbox where subject = ${subject}`)).map(({ type }) => type),
  }
}
export type UsersFixture = Awaited<ReturnType<typeof usersFixture>>

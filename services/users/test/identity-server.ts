/** Identity's internal port as users sees it: a small real server made from the same contract. */
import { IdentityNotFound, type IdentityView, readIdentity } from '@app/contracts/internal-identity'
import { internal } from '@app/http/access'
import { createInternalClient } from '@app/http/internal-client'
import { route } from '@app/http/route'
import { listen } from '@app/http/server'
import { createServiceApp } from '@app/http/service-app'
import type { IdentityCopy } from '../src/ensure-user.ts'
import { log } from './fixture.ts'

export const identitySecret = 'users-to-identity-secret'

/** Answers from `identities`; while `down`, 500. Close it in `afterAll`. */
export async function startIdentity() {
  const identities = new Map<string, IdentityView>()
  const state = { down: false, asked: 0 }
  const { internalApp } = createServiceApp({
    service: 'identity',
    routes: [
      route(readIdentity, internal('users'), ({ params }) => {
        state.asked += 1
        if (state.down) throw new Error('down')
        const identity = identities.get(params.identityId)
        if (!identity) throw IdentityNotFound()
        return identity
      }),
    ],
    sessions: { findSession: async () => null },
    permissions: { isAllowed: async () => false },
    standing: { passwordMaxAgeDays: 0, termsVersion: '', clock: () => new Date() },
    callers: { users: [identitySecret] },
    publicOrigin: 'http://localhost:8080',
    ready: [],
    log,
  })
  const listener = await listen(internalApp, '127.0.0.1', 0, log)
  const baseUrl = `http://127.0.0.1:${listener.port}`
  return {
    identities,
    state,
    baseUrl,
    client: createInternalClient({ baseUrl, secret: identitySecret, caller: 'users' }),
    put: (copy: IdentityCopy, schemaId = 'person') =>
      identities.set(copy.id, { awaitsPerson: false, ...copy, schemaId, createdAt: copy.updatedAt }),
    close: () => listener.drain(0),
  }
}
export type TestIdentity = Awaited<ReturnType<typeof startIdentity>>

/** Identity with a Keto of its own, administrators, and a notifications that keeps what it is handed. */
import { acceptMessage, type Message } from '@app/contracts/internal-messages'
import { InvitationView, type PersonSecurity, readPersonSecurity } from '@app/contracts/people'
import { internal } from '@app/http/access'
import { createInternalClient } from '@app/http/internal-client'
import { route } from '@app/http/route'
import { listen } from '@app/http/server'
import { createServiceApp } from '@app/http/service-app'
import { createLog } from '@app/log/log'
import { createPermissionChecker } from '@app/ory/permissions'
import { createTupleWriter } from '@app/ory/tuples'
import { until } from '@app/testing/poll'
import { startPrivateKeto } from '@app/testing/private-ory'
import { expect } from 'vitest'
import { z } from 'zod'
import { type IdentityOptions, publicOrigin, secrets, startIdentity } from './identity-fixture.ts'
import { signUp } from './signed-up.ts'
import { aPerson, type Heard, type Visitor } from './visitor.ts'

const messagesSecret = 'identity-secret-of-notifications'
const log = createLog({ service: 'notifications', level: 'silent' })

/** Real HTTP, made from the contract; while `down`, 500. */
async function startNotifications() {
  const messages = new Map<string, Message>()
  const state = { down: false }
  const { internalApp } = createServiceApp({
    service: 'notifications',
    routes: [
      route(acceptMessage, internal('identity'), ({ body }) => {
        if (state.down) throw new Error('down')
        messages.set(body.id, body)
        return { accepted: true }
      }),
    ],
    sessions: { findSession: async () => null },
    permissions: { isAllowed: async () => false },
    standing: { passwordMaxAgeDays: 0, termsVersion: '', clock: () => new Date() },
    callers: { identity: [messagesSecret] },
    publicOrigin,
    ready: [],
    log,
  })
  const listener = await listen(internalApp, '127.0.0.1', 0, log)
  const client = createInternalClient({ baseUrl: `http://127.0.0.1:${listener.port}`, secret: messagesSecret, caller: 'identity' })
  return { messages, state, client, close: () => listener.drain(0) }
}

const Passed = z.object({ continue_with: z.array(z.object({ action: z.string(), flow: z.object({ id: z.string() }).optional() })) })
const Nodes = z.object({
  ui: z.object({ nodes: z.array(z.object({ attributes: z.object({ name: z.string().optional(), value: z.unknown().optional() }) })) }),
})
const Redeemed = z.object({ flowId: z.string(), code: z.string() })

export async function startPeople(options: IdentityOptions = {}) {
  const [keto, notifications] = await Promise.all([startPrivateKeto(), startNotifications()])
  const permissions = createPermissionChecker({ ketoReadUrl: keto.readUrl, log })
  const tuples = createTupleWriter({ ketoReadUrl: keto.readUrl, ketoWriteUrl: keto.writeUrl, owns: ['Platform'], log })
  const identity = await startIdentity({ permissions, tuples, notifications: notifications.client, ...options })

  const redeem = (token: string, visitor = identity.visitor()) => visitor.guard('POST', '/api/v1/setup-links/redeem', { body: { token } })

  /** From a link to a session, as the setup screen does it. */
  async function comeIn(token: string, visitor = identity.visitor()): Promise<{ visitor: Visitor; settings: string }> {
    const { flowId, code } = Redeemed.parse((await redeem(token, visitor)).json)
    const recovered = await visitor.guard('POST', `/self-service/recovery?flow=${flowId}`, { body: { method: 'code', code } })
    expect(recovered.status).toBe(200)
    const settings = Passed.parse(recovered.json).continue_with.find(({ action }) => action === 'show_settings_ui')?.flow?.id ?? ''
    return { visitor, settings }
  }

  async function setPassword({ visitor, settings }: { visitor: Visitor; settings: string }, password: string): Promise<void> {
    const { ui } = Nodes.parse((await visitor.kratos(`/self-service/settings/flows?id=${settings}`)).json)
    const csrf = ui.nodes.find(({ attributes }) => attributes.name === 'csrf_token')?.attributes.value
    const saved = await visitor.submit('settings', { method: 'password', password }, { id: settings, csrf: String(csrf) })
    expect(saved.status).toBe(200)
  }

  /** Signed in, and known to Keto. */
  async function administrator(): Promise<{ admin: Visitor; userId: string }> {
    const { email } = aPerson()
    const body = { email, name: 'Ada Admin' }
    const { json } = await identity.internal('/internal/administrators', { method: 'POST', body, secret: secrets.operator })
    const { userId, link } = z.object({ userId: z.string(), link: z.string() }).parse(json)
    const { visitor } = await comeIn(link.split('#')[1] ?? '')
    await until(() => permissions.isAllowed('Platform', 'vestibule', 'administer', userId))
    return { admin: visitor, userId }
  }

  /** Registered, with a proven address. */
  async function person(): Promise<{ ann: Visitor; userId: string; email: string }> {
    const { ann, userId, email } = await signUp(identity)
    await identity.deps.kratos.patchIdentity(userId, [{ op: 'replace', path: '/verifiable_addresses/0/verified', value: true }])
    return { ann, userId, email }
  }

  const invite = (admin: Visitor, body: unknown = aPerson()) => admin.guard('POST', '/api/v1/people', { body })
  const mailsTo = (email: string) => [...notifications.messages.values()].filter(({ recipient }) => recipient === email)
  const tokenTo = (email: string) => mailsTo(email).at(-1)?.link?.split('/setup#')[1] ?? ''

  return {
    identity,
    keto,
    notifications,
    redeem,
    comeIn,
    setPassword,
    administrator,
    person,
    invite,
    mailsTo,
    tokenTo,
    act: (admin: Visitor, personId: string, action: string, body: Record<string, unknown> = {}): Promise<Heard> =>
      admin.guard('POST', `/api/v1/people/${personId}/${action}`, { body: { reason: 'asked by phone', ...body } }),
    security: async (admin: Visitor, personId: string): Promise<PersonSecurity> =>
      readPersonSecurity.answers[200].parse((await admin.guard('GET', `/api/v1/people/${personId}/security`)).json),
    invited: async (admin: Visitor, traits = aPerson()): Promise<{ invitation: InvitationView; email: string; token: string }> => {
      const heard = await invite(admin, traits)
      expect(heard.status).toBe(201)
      return { invitation: InvitationView.parse(heard.json), email: traits.email, token: tokenTo(traits.email) }
    },
    close: async () => {
      await identity.close()
      await notifications.close()
      permissions.close()
      tuples.close()
      await keto.close()
    },
  }
}
export type People = Awaited<ReturnType<typeof startPeople>>

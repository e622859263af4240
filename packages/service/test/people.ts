/** People of a private Kratos, made through its admin API. */
import { randomBytes } from 'node:crypto'
import type { PrivateKratos } from '@app/testing/private-ory'
import { z } from 'zod'

/** With the lowest cost: Kratos takes imported hashes as they are. */
const cheapHash = '$2a$04$cJkM4v2PilY38z4DOyB5/eG293Sx4VlDWyhUDqvMGNS2ZUSga8iwW'
const password = 'correct-horse-battery'

export interface SignedIn {
  readonly userId: string
  readonly sessionId: string
  readonly token: string
}

export async function aSignedInPerson({ publicUrl, adminUrl }: PrivateKratos): Promise<SignedIn> {
  const email = `person-${randomBytes(5).toString('hex')}@example.org`
  const traits = { email, name: 'Anna Bakker', locale: 'nl' }
  const credentials = { password: { config: { hashed_password: cheapHash } } }
  const { id } = Identity.parse(await send('POST', `${adminUrl}/admin/identities`, { schema_id: 'person', traits, credentials }))
  const flow = Identity.parse(await send('GET', `${publicUrl}/self-service/login/api`))
  const login = { method: 'password', identifier: email, password }
  const { session, session_token } = Login.parse(await send('POST', `${publicUrl}/self-service/login?flow=${flow.id}`, login))
  return { userId: id, sessionId: session.id, token: session_token }
}

const Identity = z.object({ id: z.string() })
const Login = z.object({ session_token: z.string(), session: z.object({ id: z.string() }) })

export async function endSession({ adminUrl }: PrivateKratos, { sessionId }: SignedIn): Promise<void> {
  await send('DELETE', `${adminUrl}/admin/sessions/${sessionId}`)
}

export async function deactivate({ adminUrl }: PrivateKratos, { userId }: SignedIn): Promise<void> {
  await send('PATCH', `${adminUrl}/admin/identities/${userId}`, [{ op: 'replace', path: '/state', value: 'inactive' }])
}

async function send(method: string, url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname}: ${response.status} ${text}`)
  return text === '' ? null : JSON.parse(text)
}

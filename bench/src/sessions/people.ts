/** People with sessions, made in milliseconds each. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'

/** bcrypt, cost 4: Kratos takes imported hashes as they are. */
const hashedPassword = '$2a$04$cJkM4v2PilY38z4DOyB5/eG293Sx4VlDWyhUDqvMGNS2ZUSga8iwW'
const password = 'correct-horse-battery'

export interface Person {
  readonly userId: string
  readonly email: string
}
export interface Session {
  readonly id: string
  readonly token: string
}

const Identified = z.object({ id: z.string() })
const SignedIn = z.object({ session_token: z.string(), session: z.object({ id: z.string() }) })

export async function makePerson(kratosAdmin: string): Promise<Person> {
  const email = `bench-${randomBytes(8).toString('hex')}@example.org`
  const traits = { email, name: 'Ada Example', locale: 'en' }
  const credentials = { password: { config: { hashed_password: hashedPassword } } }
  const { id } = Identified.parse(await post(`${kratosAdmin}/admin/identities`, { schema_id: 'person', traits, credentials }))
  return { userId: id, email }
}

export async function signIn(kratosPublic: string, { email }: Person): Promise<Session> {
  const flow = Identified.parse(await (await fetch(`${kratosPublic}/self-service/login/api`)).json())
  const answer = await post(`${kratosPublic}/self-service/login?flow=${flow.id}`, { method: 'password', identifier: email, password })
  const { session, session_token } = SignedIn.parse(answer)
  return { id: session.id, token: session_token }
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${new URL(url).pathname}: ${response.status} ${text}`)
  return JSON.parse(text)
}

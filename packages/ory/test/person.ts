/** A person registered at a private Kratos, with a session of the kind that a browser or an API client has. */
import { randomBytes } from 'node:crypto'
import { until } from '@app/testing/poll'
import type { PrivateKratos } from '@app/testing/private-ory'
import { z } from 'zod'

const Flow = z.object({ id: z.string(), ui: z.object({ nodes: z.array(z.object({ attributes: z.record(z.string(), z.unknown()) })) }) })
const Identity = z.object({ id: z.string() })
const SignedIn = z.object({ session_token: z.string(), session: z.object({ id: z.string() }) })

const password = 'correct-horse-battery'
/** Of that password, with the lowest cost: Kratos takes imported hashes as they are, and a sign-in costs 15 ms instead of 250. */
const cheapHash = '$2a$04$cJkM4v2PilY38z4DOyB5/eG293Sx4VlDWyhUDqvMGNS2ZUSga8iwW'

export type RegisteredPerson = {
  readonly email: string
  readonly userId: string
  readonly sessionId: string
  readonly sessionToken: string
}

/** A person with a session as an API client has it. Kratos may still hold connections that an earlier fault has ended: it is asked again. */
export const registerPerson = (kratos: PrivateKratos): Promise<RegisteredPerson> => until(() => tryToRegister(kratos))

async function tryToRegister({ publicUrl, adminUrl }: PrivateKratos): Promise<RegisteredPerson> {
  const email = `person-${randomBytes(5).toString('hex')}@example.org`
  const identity = Identity.parse(
    await post(`${adminUrl}/admin/identities`, {
      schema_id: 'person',
      traits: { email, name: 'Anna Bakker', locale: 'nl' },
      credentials: { password: { config: { hashed_password: cheapHash } } },
    }),
  )
  const flow = Flow.parse(await (await fetch(`${publicUrl}/self-service/login/api`)).json())
  const answer = await post(`${publicUrl}/self-service/login?flow=${flow.id}`, { method: 'password', identifier: email, password })
  const { session_token, session } = SignedIn.parse(answer)
  return { email, userId: identity.id, sessionId: session.id, sessionToken: session_token }
}

async function post(url: string, body: unknown): Promise<unknown> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`POST ${new URL(url).pathname} answered ${answer.status}: ${await answer.text()}`)
  return answer.json()
}

/** Signs in as a browser does; returns the `Cookie` header that the browser would send from then on. */
export const signInWithCookie = (kratos: PrivateKratos, person: RegisteredPerson): Promise<string> =>
  until(() => tryToSignIn(kratos, person))

async function tryToSignIn({ publicUrl }: PrivateKratos, person: RegisteredPerson): Promise<string> {
  const start = await fetch(`${publicUrl}/self-service/login/browser`, { headers: { accept: 'application/json' } })
  const flow = Flow.parse(await start.json())
  const csrf = flow.ui.nodes.find(({ attributes }) => attributes['name'] === 'csrf_token')?.attributes['value']
  const answer = await fetch(`${publicUrl}/self-service/login?flow=${flow.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', cookie: cookiesOf(start) },
    body: JSON.stringify({ method: 'password', identifier: person.email, password, csrf_token: csrf }),
  })
  if (!answer.ok) throw new Error(`signing in answered ${answer.status}`)
  return `theme=dark; ${cookiesOf(start)}; ${cookiesOf(answer)}; other=1`
}

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

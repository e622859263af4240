/** A person registered at a private Kratos, with a session of the kind that a browser or an API client has. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'

const Flow = z.object({ id: z.string(), ui: z.object({ nodes: z.array(z.object({ attributes: z.record(z.string(), z.unknown()) })) }) })
const Registered = z.object({ session_token: z.string(), session: z.object({ id: z.string() }), identity: z.object({ id: z.string() }) })

export type RegisteredPerson = {
  readonly email: string
  readonly password: string
  readonly userId: string
  readonly sessionId: string
  readonly sessionToken: string
}

export async function registerPerson(publicUrl: string): Promise<RegisteredPerson> {
  const email = `person-${randomBytes(5).toString('hex')}@example.org`
  const password = randomBytes(12).toString('base64url')
  const flow = Flow.parse(await (await fetch(`${publicUrl}/self-service/registration/api`)).json())
  const answer = await fetch(`${publicUrl}/self-service/registration?flow=${flow.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method: 'password', password, traits: { email, name: 'Anna Bakker', locale: 'nl' } }),
  })
  const { session_token, session, identity } = Registered.parse(await answer.json())
  return { email, password, userId: identity.id, sessionId: session.id, sessionToken: session_token }
}

/** Signs in as a browser does; returns the `Cookie` header that the browser would send from then on. */
export async function signInWithCookie(publicUrl: string, person: RegisteredPerson): Promise<string> {
  const start = await fetch(`${publicUrl}/self-service/login/browser`, { headers: { accept: 'application/json' } })
  const flow = Flow.parse(await start.json())
  const csrf = flow.ui.nodes.find(({ attributes }) => attributes['name'] === 'csrf_token')?.attributes['value']
  const answer = await fetch(`${publicUrl}/self-service/login?flow=${flow.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', cookie: cookiesOf(start) },
    body: JSON.stringify({ method: 'password', identifier: person.email, password: person.password, csrf_token: csrf }),
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

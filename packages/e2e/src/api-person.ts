/** A person without a browser: registers over Kratos' API flows, through nginx and the guard like everybody else. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'

const Flow = z.object({ id: z.string() })
const Registered = z.object({ session_token: z.string(), identity: z.object({ id: z.string() }) })

export type ApiPerson = { email: string; password: string; userId: string; token: string }
export type Answer = { status: number; headers: Headers; text: string; json: unknown }

/** An address nobody used before. */
export function freshEmail(label: string): string {
  return `${label}-${randomBytes(5).toString('hex')}@example.org`
}

export async function call(
  origin: string,
  method: string,
  path: string,
  init: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${origin}${path}`, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(20_000),
    headers: {
      accept: 'application/json',
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(init.token === undefined ? {} : { 'x-session-token': init.token }),
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: typeof init.body === 'string' ? init.body : JSON.stringify(init.body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // the tests that care look at `text`
  }
}

/** Submits a new registration flow; the answer is Kratos' own. */
export async function tryRegister(origin: string, traits: Record<string, unknown>, password: string): Promise<Answer> {
  const flow = Flow.parse((await call(origin, 'GET', '/self-service/registration/api')).json)
  return call(origin, 'POST', `/self-service/registration?flow=${flow.id}`, { body: { method: 'password', traits, password } })
}

export async function register(origin: string, label = 'person', locale: 'en' | 'nl' = 'en'): Promise<ApiPerson> {
  const email = freshEmail(label)
  const password = randomBytes(12).toString('base64url')
  const answer = await tryRegister(origin, { email, name: 'Ada Example', locale }, password)
  const registered = Registered.parse(answer.json)
  return { email, password, userId: registered.identity.id, token: registered.session_token }
}

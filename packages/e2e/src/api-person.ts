/** A person without a browser: proves an address and registers over Kratos' API flows, through nginx and the guard like everybody else. */
import { randomBytes, randomInt } from 'node:crypto'
import { testServers } from '@app/testing/servers'
import { z } from 'zod'
import { mailsTo, waitForCode } from './mailbox.ts'
import { words } from './words.ts'

const Started = z.object({ id: z.string(), secret: z.string() })
const Begun = z.object({ id: z.uuid() })
const Proven = z.object({ proof: z.string() })
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

/** Reads the code in the mail sink, as whoever has the mailbox would. @returns what a registration shows. */
export async function proveAddress(origin: string, email: string): Promise<string> {
  const { mailUrl } = testServers()
  const before = (await mailsTo(mailUrl, email)).filter(({ subject }) => words.verification.test(subject)).length
  const { id, secret } = Started.parse((await call(origin, 'POST', '/api/v1/registrations', { body: { email, locale: 'en' } })).json)
  const code = await waitForCode(mailUrl, email, words.verification, before)
  return Proven.parse((await call(origin, 'POST', `/api/v1/registrations/${id}/code`, { body: { secret, code } })).json).proof
}

/** Submits a new registration flow; the answer is Kratos' own, or the guard's. */
export async function tryRegister(origin: string, traits: Record<string, unknown>, password: string, proof?: string): Promise<Answer> {
  const flow = Flow.parse((await call(origin, 'GET', '/self-service/registration/api')).json)
  const body = { method: 'password', traits, password, ...(proof === undefined ? {} : { registration_proof: proof }) }
  return call(origin, 'POST', `/self-service/registration?flow=${flow.id}`, { body })
}

export async function register(origin: string, label = 'person', locale: 'en' | 'nl' = 'en'): Promise<ApiPerson> {
  const email = freshEmail(label)
  const password = randomBytes(12).toString('base64url')
  const answer = await tryRegister(origin, { email, name: 'Ada Example', locale }, password, await proveAddress(origin, email))
  const registered = Registered.parse(answer.json)
  return { email, password, userId: registered.identity.id, token: registered.session_token }
}

/** Adds a number that takes text messages; these are shown beside the mails, by its digits. @returns it, as it is stored */
export async function proveNumber(origin: string, token: string): Promise<string> {
  const digits = `3161${randomInt(1_000_000, 9_999_999)}`
  const asked = await call(origin, 'POST', '/api/v1/contact/phone', { token, body: { phone: `+${digits}` } })
  const { id } = Begun.parse(asked.json)
  const code = await waitForCode(testServers().mailUrl, `${digits}@sms.invalid`, words.text)
  await call(origin, 'POST', `/api/v1/contact/${id}/code`, { token, body: { code } })
  return `+${digits}`
}

/** A visitor who goes off to the local provider, chooses somebody there, and comes back, as a browser would. */
import { z } from 'zod'
import type { FlowKind, Heard, Visitor } from './visitor.ts'

export interface Somebody {
  readonly sub: string
  readonly email?: string
  readonly emailVerified?: boolean
  readonly name?: string
  readonly locale?: string
}

const Elsewhere = z.object({ redirect_browser_to: z.url() })

/** Where Kratos wants the browser to go. */
export async function leaveFor(visitor: Visitor, kind: FlowKind, fields: Record<string, unknown>): Promise<string> {
  const heard = await visitor.submit(kind, { method: 'oidc', ...fields })
  if (heard.status !== 422) throw new Error(`not sent elsewhere: ${heard.status} ${heard.text}`)
  return Elsewhere.parse(heard.json).redirect_browser_to
}

/** At the provider: says who one is and agrees, or presses another button. @returns the address it sends the browser back to. */
export async function answerThere(address: string, choice: Somebody | { readonly press: string }): Promise<string> {
  const jar = new Map<string, string>()
  let next = await go(jar, address)
  for (let steps = 0; steps < 12; steps += 1) {
    if (next.startsWith('http://localhost:8080/')) return next
    next = new URL(next).pathname.startsWith('/interaction/') ? await press(jar, next, choice) : await go(jar, next)
  }
  throw new Error(`the provider went round in circles, last at ${next}`)
}

async function press(jar: Map<string, string>, page: string, choice: Somebody | { readonly press: string }): Promise<string> {
  const text = await (await fetch(page, { headers: { cookie: cookies(jar) } })).text()
  if ('press' in choice) return await go(jar, page, { do: choice.press })
  if (text.includes('value="allow"')) return await go(jar, page, { do: 'allow' })
  const { emailVerified, ...rest } = choice
  return await go(jar, page, { do: 'invent', ...rest, ...(emailVerified === true ? { emailVerified: 'on' } : {}) })
}

/** One request; the address of the next one. */
async function go(jar: Map<string, string>, address: string, form?: Record<string, string>): Promise<string> {
  const response = await fetch(address, {
    redirect: 'manual',
    headers: { cookie: cookies(jar) },
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  })
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';', 1)
    jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
  }
  const location = response.headers.get('location')
  if (location === null) throw new Error(`the provider shows ${response.status}: ${await response.text()}`)
  return new URL(location, address).href
}

const cookies = (jar: Map<string, string>) => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')

/** Back at Kratos, as nginx passes it on. @returns where the browser is sent then, path and query. */
export async function comeBack(visitor: Visitor, callback: string): Promise<URL> {
  const { pathname, search } = new URL(callback)
  const heard = await visitor.kratos(`${pathname}${search}`, { accept: 'text/html' })
  const location = heard.headers.get('location')
  if (location === null) throw new Error(`Kratos shows ${heard.status}: ${heard.text}`)
  return new URL(location, 'http://localhost:8080')
}

/** All of it. */
export async function goThrough(
  visitor: Visitor,
  kind: FlowKind,
  fields: Record<string, unknown>,
  choice: Somebody | { readonly press: string },
) {
  return await comeBack(visitor, await answerThere(await leaveFor(visitor, kind, fields), choice))
}

/** The flow that the browser was sent to. */
export async function flowAt(visitor: Visitor, place: URL): Promise<Heard> {
  const kind = { '/sign-in': 'login', '/register': 'registration', '/security': 'settings' }[place.pathname]
  if (kind === undefined) throw new Error(`no flow at ${place.href}`)
  return await visitor.kratos(`/self-service/${kind}/flows?id=${place.searchParams.get('flow') ?? ''}`)
}

/** A browser without a screen: keeps cookies, and sends each request where nginx would. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'

const Flow = z.object({
  id: z.string(),
  state: z.string().optional(),
  ui: z.object({
    nodes: z.array(
      z.object({
        attributes: z.object({ name: z.string().optional(), value: z.unknown().optional() }),
        messages: z.array(z.object({ id: z.number() })).catch([]),
      }),
    ),
    messages: z.array(z.object({ id: z.number() })).optional(),
  }),
})

export type FlowKind = 'login' | 'registration' | 'settings' | 'recovery' | 'verification'

export interface Heard {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  readonly json: unknown
}

export interface Sent {
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export const password = 'correct horse battery 7'

export function aPerson(changes: Record<string, unknown> = {}) {
  return { email: `ann.${randomBytes(6).toString('hex')}@example.org`, name: 'Ann Lee', locale: 'en', ...changes }
}

export class Visitor {
  readonly cookies = new Map<string, string>()
  readonly #guardUrl: string
  readonly #kratosUrl: string

  constructor(guardUrl: string, kratosUrl: string) {
    this.#guardUrl = guardUrl
    this.#kratosUrl = kratosUrl
  }

  /** To Kratos, as nginx passes reading requests. */
  kratos(path: string, headers: Record<string, string> = {}): Promise<Heard> {
    return this.#send(this.#kratosUrl, 'GET', path, { headers })
  }

  /** Past the guard, as only somebody inside could. */
  kratosPost(path: string, body: unknown): Promise<Heard> {
    return this.#send(this.#kratosUrl, 'POST', path, { body })
  }

  /** To this service. */
  guard(method: string, path: string, sent: Sent = {}): Promise<Heard> {
    return this.#send(this.#guardUrl, method, path, sent)
  }

  /** To another instance of this service. */
  elsewhere(url: string, path: string, sent: Sent): Promise<Heard> {
    return this.#send(url, 'POST', path, sent)
  }

  async #send(base: string, method: string, path: string, { body, headers = {} }: Sent): Promise<Heard> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(base + path, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        origin: 'http://localhost:8080',
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) this.#take(line)
    const text = await response.text()
    return { status: response.status, text, headers: response.headers, json: parse(text) }
  }

  #take(line: string): void {
    const pair = line.split(';', 1)[0] ?? ''
    const at = pair.indexOf('=')
    if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) this.cookies.delete(pair.slice(0, at))
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }

  /** Opens a flow and answers where and with what to submit it. */
  async open(kind: FlowKind): Promise<{ id: string; csrf: string }> {
    const heard = await this.kratos(`/self-service/${kind}/browser`)
    const flow = Flow.parse(heard.json)
    return { id: flow.id, csrf: csrfOf(flow) }
  }

  /** The flow that an answer shows. */
  flowIn(heard: Heard): { id: string; csrf: string } {
    const flow = Flow.parse(heard.json)
    return { id: flow.id, csrf: csrfOf(flow) }
  }

  async submit(kind: FlowKind, values: Record<string, unknown>, flow?: { id: string; csrf: string }): Promise<Heard> {
    const { id, csrf } = flow ?? (await this.open(kind))
    return await this.guard('POST', `/self-service/${kind}?flow=${id}`, { body: { csrf_token: csrf, ...values } })
  }

  /** For times of trouble: the answer of whichever step did not go through, 503 when Kratos could not open a flow. */
  async submitOnce(kind: FlowKind, values: Record<string, unknown>): Promise<Heard> {
    const heard = await this.kratos(`/self-service/${kind}/browser`)
    const flow = Flow.safeParse(heard.json).data
    // What Kratos says by itself about a lost session is not ours to judge.
    if (flow === undefined) return { ...heard, status: 503 }
    return await this.submit(kind, values, { id: flow.id, csrf: csrfOf(flow) })
  }

  register(traits: Record<string, unknown> = aPerson()): Promise<Heard> {
    return this.submit('registration', { method: 'password', password, traits })
  }

  signIn(email: string, secret = password): Promise<Heard> {
    return this.submit('login', { method: 'password', identifier: email, password: secret })
  }

  async whoami(): Promise<{ status: number; userId: string | null; sessionId: string | null }> {
    const { status, json } = await this.kratos('/sessions/whoami')
    const session = z.object({ id: z.string(), identity: z.object({ id: z.string() }) }).safeParse(json).data
    return { status, userId: session?.identity.id ?? null, sessionId: session?.id ?? null }
  }
}

function csrfOf(flow: z.infer<typeof Flow>): string {
  const value = flow.ui.nodes.find(({ attributes }) => attributes.name === 'csrf_token')?.attributes.value
  return typeof value === 'string' ? value : ''
}

/** Message ids at fields and above them. */
export function messageIds(heard: Heard): Record<string, number[]> {
  const flow = Flow.safeParse(heard.json).data
  const ids: Record<string, number[]> = {}
  for (const { attributes, messages } of flow?.ui.nodes ?? [])
    if (messages.length > 0) ids[attributes.name ?? ''] = messages.map(({ id }) => id)
  const above = flow?.ui.messages ?? []
  return above.length > 0 ? { ...ids, '': above.map(({ id }) => id) } : ids
}

/** The problem's code, or undefined. */
export function codeOf(heard: Heard): string | undefined {
  return z.object({ code: z.string() }).safeParse(heard.json).data?.code
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Some answers are empty or pages.
    return undefined
  }
}

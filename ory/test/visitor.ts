import { z } from 'zod'

const Node = z.looseObject({
  attributes: z.looseObject({ name: z.string().optional(), value: z.unknown().optional() }),
  messages: z.array(z.looseObject({ id: z.int() })),
})

export const Flow = z.looseObject({
  id: z.string(),
  state: z.string().nullish(),
  ui: z.looseObject({ action: z.string(), nodes: z.array(Node), messages: z.array(z.looseObject({ id: z.int() })).optional() }),
})
export type Flow = z.infer<typeof Flow>

export interface Answer {
  status: number
  body: unknown
  setCookies: string[]
}

type FlowName = 'registration' | 'login' | 'verification' | 'recovery' | 'settings'

/** A browser with cookies, straight at Kratos; it keeps Secure cookies although there is no TLS, as one does behind the proxy. */
export class Visitor {
  readonly cookies = new Map<string, string>()
  /** Every value it ever had: an answer may replace the cookie that the request carried. */
  readonly cookieValues = new Set<string>()
  readonly #kratosUrl: string
  readonly #headers: Record<string, string>

  constructor(kratosUrl: string, headers: Record<string, string> = {}) {
    this.#kratosUrl = kratosUrl
    this.#headers = headers
  }

  async open(name: FlowName, query = ''): Promise<Flow> {
    const { body } = await this.request('GET', `/self-service/${name}/browser${query}`)
    return Flow.parse(body)
  }

  /** Submits to a flow, opened when none is given. */
  async submit(name: FlowName, values: Record<string, unknown>, flow?: Flow): Promise<Answer> {
    const { id, ui } = flow ?? (await this.open(name))
    const csrf_token = ui.nodes.find((node) => node.attributes.name === 'csrf_token')?.attributes.value
    return this.request('POST', `/self-service/${name}?flow=${id}`, { ...values, csrf_token })
  }

  async whoami(): Promise<Answer> {
    return this.request('GET', '/sessions/whoami')
  }

  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(`${this.#kratosUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...(cookie ? { cookie } : {}), ...this.#headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const setCookies = answer.headers.getSetCookie()
    for (const line of setCookies) this.#keep(line)
    const text = await answer.text()
    return { status: answer.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text, setCookies }
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value !== '') this.cookieValues.add(value)
    if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

export const aPerson = (over: Record<string, unknown> = {}) => ({
  email: `${crypto.randomUUID()}@example.org`,
  name: 'Ann Example',
  locale: 'nl',
  ...over,
})

export const register = (visitor: Visitor, traits: Record<string, unknown>, password = 'correct-horse-4711') =>
  visitor.submit('registration', { method: 'password', password, traits })

export const signIn = (visitor: Visitor, identifier: string, password = 'correct-horse-4711') =>
  visitor.submit('login', { method: 'password', identifier, password })

/** Every message id of a flow, of its fields too. */
export function messageIds(body: unknown): number[] {
  const flow = Flow.safeParse(body)
  if (!flow.success) return []
  return [...(flow.data.ui.messages ?? []), ...flow.data.ui.nodes.flatMap((node) => node.messages)].map(({ id }) => id)
}

/** A native app: no cookies, no browser, the session is a token. The calls of docs/guides/native-apps.md, in the same order. */
import { z } from 'zod'
import { type Answer, call } from './api-person.ts'

type FlowKind = 'login' | 'registration' | 'settings'

const Flow = z.object({ id: z.string() })
const SignedIn = z.object({ session_token: z.string() })

export interface NewFlow {
  /** A session of one factor, for the second one or to confirm who it is. */
  readonly token?: string
  readonly aal?: 'aal2'
  readonly refresh?: boolean
}

export class NativeClient {
  readonly #origin: string
  constructor(origin: string) {
    this.#origin = origin
  }

  /** Begins a flow. @returns its id, with which it is submitted */
  async open(kind: FlowKind, { token, aal, refresh }: NewFlow = {}): Promise<string> {
    const query = new URLSearchParams({ ...(aal ? { aal } : {}), ...(refresh ? { refresh: 'true' } : {}) })
    const answer = await this.ask('GET', `/self-service/${kind}/api${query.size > 0 ? `?${query}` : ''}`, { token })
    return Flow.parse(answer.json).id
  }

  async submit(kind: FlowKind, flow: string, body: Record<string, unknown>, token?: string): Promise<Answer> {
    return await this.ask('POST', `/self-service/${kind}?flow=${flow}`, { body, token })
  }

  /** @returns the session token. @throws {z.ZodError} it is not the right password. */
  async signIn(identifier: string, password: string): Promise<string> {
    const answer = await this.submit('login', await this.open('login'), { method: 'password', identifier, password })
    return SignedIn.parse(answer.json).session_token
  }

  async signOut(token: string): Promise<Answer> {
    return await this.ask('DELETE', '/self-service/logout/api', { body: { session_token: token } })
  }

  async ask(method: string, path: string, { token, body }: { token?: string | undefined; body?: unknown } = {}): Promise<Answer> {
    return await call(this.#origin, method, path, {
      ...(token === undefined ? {} : { token }),
      ...(body === undefined ? {} : { body }),
    })
  }
}

/** People at addresses of their own, as limits see them. */
import type { Identity } from './identity-fixture.ts'
import { aPerson, type Heard, password, type Visitor } from './visitor.ts'

export interface Household {
  readonly ann: Visitor
  readonly email: string
  readonly userId: string
  /** The first three bytes of its IPv4 addresses. */
  readonly network: string
}

interface Guess {
  readonly secret?: string
  readonly visitor?: Visitor
  /** The URL of another instance. */
  readonly through?: string
}

let lastNetwork = 0
/** Another /24 each time. */
export const anyNetwork = () => {
  lastNetwork += 1
  return `10.${lastNetwork >> 8}.${lastNetwork & 255}`
}

/** So low that a test reaches them. */
export const lowLimits = { range: { count: 30, seconds: 300 }, sender: { count: 30, seconds: 300 } }
export const isRefused = (heard: Heard) => heard.status === 429
export const times = <T>(count: number, one: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => one(index)))

export async function submit(
  visitor: Visitor,
  kind: 'login' | 'recovery' | 'registration',
  values: object,
  address: string,
  through?: string,
) {
  const { id, csrf } = await visitor.open(kind)
  const sent = { body: { csrf_token: csrf, ...values }, headers: { 'x-real-ip': address } }
  const path = `/self-service/${kind}?flow=${id}`
  return through === undefined ? await visitor.guard('POST', path, sent) : await visitor.elsewhere(through, path, sent)
}

/** @param identity is asked for when somebody is needed: it starts in `beforeAll`. */
export function households(identity: () => Pick<Identity, 'visitor'>) {
  return {
    signedUp: async (): Promise<Household> => {
      const ann = identity().visitor()
      const network = anyNetwork()
      const traits = aPerson()
      await submit(ann, 'registration', { method: 'password', password, traits }, `${network}.1`)
      const { userId } = await ann.whoami()
      return { ann, email: traits.email, userId: userId ?? '', network }
    },
    guess: (
      email: string,
      address: string,
      { secret = 'not the password', visitor = identity().visitor(), through }: Guess = {},
    ): Promise<Heard> => submit(visitor, 'login', { method: 'password', identifier: email, password: secret }, address, through),
  }
}

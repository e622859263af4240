/** Somebody with an account, in the browser where they made it. */
import type { Identity } from './identity-fixture.ts'
import { aPerson, type Visitor } from './visitor.ts'

export interface SignedUp {
  readonly ann: Visitor
  readonly person: ReturnType<typeof aPerson>
  readonly email: string
  readonly userId: string
  readonly sessionId: string
}

export async function signUp(identity: Pick<Identity, 'visitor'>): Promise<SignedUp> {
  const [ann, person] = [identity.visitor(), aPerson()]
  await ann.register(person)
  const { userId, sessionId } = await ann.whoami()
  if (userId === null || sessionId === null) throw new Error(`${person.email} could not register`)
  return { ann, person, email: person.email, userId, sessionId }
}

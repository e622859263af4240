/** How to reach a person: asked by services when they send, so that nobody else keeps addresses. */
import type { ContactView } from '@app/contracts/internal-users'
import { findUser, type UsersDeps } from './users.ts'

/** @throws {UserNotFound} never there, or erased. */
export async function readContact(deps: UsersDeps, userId: string): Promise<ContactView> {
  return { userId, ...(await findUser(deps, userId)) }
}

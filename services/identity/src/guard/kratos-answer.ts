/** What of Kratos' answers may be believed. With a failing database Kratos says "no session" and "wrong password" (v1.3.1, v26.2.0). */
import { IdentityServiceDown } from '@app/contracts/common-problems'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import type { Credentials } from './headers.ts'

const ErrorBody = z.object({ error: z.object({ code: z.number(), message: z.string().catch('') }) })
const MessagesBody = z.object({ ui: z.object({ messages: z.array(z.object({ id: z.number() })) }) })

/** "The provided credentials are invalid": also the answer when they could not be looked up. */
const invalidCredentials = 4_000_006
const hookFailed = 'What you entered could not be checked just now. Nothing was saved; try again in a moment.'
const failed = 'The sign-in service could not finish this just now. Try again in a moment.'

/**
 * Passes an answer that can be true.
 *
 * @throws {IdentityServiceDown} it is a failure, also one in disguise. Its text names internal addresses and stays here.
 */
export async function refuseFailure(
  deps: Pick<Deps, 'sessions' | 'kratos'>,
  answer: UpstreamAnswer,
  credentials: Credentials,
): Promise<void> {
  const error = ErrorBody.safeParse(jsonOf(answer)).data?.error
  if (answer.status >= 500 || (error?.code ?? 0) >= 500) {
    const message = error?.message ?? ''
    const byHook = /\/internal\/hooks\/|webhook/.test(message)
    throw IdentityServiceDown(byHook ? hookFailed : failed, { cause: new Error(`Kratos answered ${answer.status}: ${message}`) })
  }
  if (answer.status === 401 && (await deps.sessions.findSession(credentials)) !== null) {
    throw IdentityServiceDown(failed, { cause: new Error('Kratos answered 401 for a live session') })
  }
  if (answer.status === 400 && saysInvalidCredentials(answer)) {
    const trouble = await deps.kratos.ready.check()
    if (trouble !== null) throw IdentityServiceDown(failed, { cause: new Error(trouble) })
  }
}

function saysInvalidCredentials(answer: UpstreamAnswer): boolean {
  const messages = MessagesBody.safeParse(jsonOf(answer)).data?.ui.messages ?? []
  return messages.some(({ id }) => id === invalidCredentials)
}

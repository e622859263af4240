/** What of Kratos' answers may be believed. With a failing database Kratos says "no session" and "wrong password" (v1.3.1, v26.2.0). */
import { IdentityServiceDown } from '@app/contracts/common-problems'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import type { Guarded } from './guarded-paths.ts'
import type { Credentials } from './headers.ts'

const ErrorBody = z.object({ error: z.object({ code: z.number(), message: z.string().catch('') }) })
const MessagesBody = z.object({ ui: z.object({ messages: z.array(z.object({ id: z.number() })) }) })

/** "The provided credentials are invalid": also the answer when they could not be looked up. */
export const invalidCredentials = 4_000_006
const hookFailed = 'What you entered could not be checked just now. Nothing was saved; try again in a moment.'
const failedBefore = 'Kratos failed a moment ago'
const failed = 'The sign-in service could not finish this just now. Try again in a moment.'

type RefuseDeps = Pick<Deps, 'sessions' | 'kratos'>
export interface Asked {
  readonly guarded: Guarded
  readonly credentials: Credentials
  /** What was typed as address or name, when somebody signs in. */
  readonly identifier: unknown
  readonly steadiness: Steadiness
}

/** Whether Kratos has failed a moment ago. */
export interface Steadiness {
  noteFailure(): void
  isFailing(): boolean
}

/** After a failure: connections of its pool may still be broken without anybody having noticed. */
const failingForMs = 3_000
/** Each takes another connection of Kratos' pool. */
const probes = 3

export function createSteadiness(): Steadiness {
  let failedAt = Number.NEGATIVE_INFINITY
  return {
    noteFailure: () => {
      failedAt = performance.now()
    },
    isFailing: () => performance.now() - failedAt < failingForMs,
  }
}

/**
 * Passes an answer that can be true.
 *
 * @throws {IdentityServiceDown} it is a failure, also one in disguise. Its text names internal addresses and perhaps people, and is
 * dropped: Kratos' own log has it.
 */
export async function refuseFailure(deps: RefuseDeps, answer: UpstreamAnswer, asked: Asked): Promise<void> {
  const { guarded, credentials, steadiness } = asked
  // A stored error is what was asked for, whatever it says.
  const error = guarded.kind === 'error' ? undefined : ErrorBody.safeParse(jsonOf(answer)).data?.error
  if (answer.status >= 500 || (error?.code ?? 0) >= 500) {
    const message = error?.message ?? ''
    const byHook = /\/internal\/hooks\/|webhook/.test(message)
    throw IdentityServiceDown(byHook ? hookFailed : failed, {
      cause: new Error(`Kratos answered ${answer.status}${byHook ? ', because of a hook' : ''}`),
    })
  }
  if (answer.status === 401 && needsSession(guarded) && (await deps.sessions.findSession(credentials)) !== null) {
    throw IdentityServiceDown(failed, { cause: new Error('Kratos answered 401 for a live session') })
  }
  // Nothing can prove a wrong password, nor that codes are none; but where nothing fails around them, they are.
  const isUnknown = guarded.kind === 'token-exchange' && answer.status === 404
  if (isUnknown || (answer.status === 400 && says(answer, invalidCredentials))) {
    await probe(deps.kratos, asked.identifier)
    if (steadiness.isFailing()) throw IdentityServiceDown(failed, { cause: new Error(failedBefore) })
  }
}

/** A hook of ours that could not decide says nothing about Kratos. */
export function isHookFailure(error: Error): boolean {
  return error.message === hookFailed
}

/** Whether Kratos failed now. What is doubted because of an earlier failure must not prolong the doubt: whoever guesses would keep it up. */
export function isFailure(error: unknown): boolean {
  if (!IdentityServiceDown.is(error) || isHookFailure(error)) return false
  return !(error.cause instanceof Error && error.cause.message === failedBefore)
}

/** @throws {IdentityServiceDown} */
async function probe(kratos: RefuseDeps['kratos'], identifier: unknown): Promise<void> {
  const asked = typeof identifier === 'string' && identifier !== '' ? identifier : 'nobody@invalid'
  await Promise.all(Array.from({ length: probes }, () => kratos.findIdentity(asked)))
}

/** Elsewhere a 401 tells that the account is disabled, whoever is signed in. */
function needsSession(guarded: Guarded): boolean {
  return (
    ['whoami', 'logout', 'other-sessions', 'one-session'].includes(guarded.kind) || (guarded.kind === 'flow' && guarded.flow === 'settings')
  )
}

/** Whether a flow comes back with this message of Kratos'. */
export function says(answer: UpstreamAnswer, messageId: number): boolean {
  const messages = MessagesBody.safeParse(jsonOf(answer)).data?.ui.messages ?? []
  return messages.some(({ id }) => id === messageId)
}

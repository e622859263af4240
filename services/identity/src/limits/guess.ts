/** Whether a submission guesses a secret, and whose. */
import { InvalidRequest } from '@app/contracts/common-problems'
import type { Passage } from '../guard/steps.ts'
import type { GuardKeys } from './guard-keys.ts'

/** Of addresses, telephone numbers and names. */
const longestName = 500

export type GuessMethod = 'password' | 'code' | 'totp' | 'recovery-code' | 'recovery'

export interface Guess {
  readonly method: GuessMethod
  /** What was typed; null when the account follows from the flow or the session. */
  readonly identifier: string | null
  readonly flowId: string
}

export interface Sending {
  readonly recipient: string
  readonly flow: 'login' | 'recovery' | 'verification' | 'registration'
  /** Only when the flow has sent nothing to this recipient yet: there Kratos ignores a code and sends one. */
  readonly ifFresh: boolean
}

/** Everything at the login form guesses a password, unless it is clearly something else. */
export function guessOf({ guarded, submission }: Passage): Guess | null {
  if (guarded.kind !== 'flow') return null
  const { fields } = submission
  const flowId = flowIdOf(submission.lockKey)
  const hasCode = isGiven(fields['code'])
  if (guarded.flow === 'recovery' || guarded.flow === 'verification')
    return hasCode ? { method: 'recovery', identifier: null, flowId } : null
  if (guarded.flow !== 'login') return null
  const identifier = identifierOf(fields)
  if (fields['method'] === 'code') return hasCode ? { method: 'code', identifier, flowId } : null
  if (fields['method'] === 'totp') return { method: 'totp', identifier: null, flowId }
  if (fields['method'] === 'lookup_secret') return { method: 'recovery-code', identifier: null, flowId }
  // Their answers are too long to guess.
  if (fields['method'] === 'passkey' || fields['method'] === 'oidc' || fields['method'] === 'webauthn') return null
  return { method: 'password', identifier, flowId }
}

/** Whether a submission makes us write to somebody. */
export function sendingOf({ guarded, submission }: Passage): Sending | null {
  if (guarded.kind !== 'flow') return null
  const { fields } = submission
  if (guarded.flow === 'registration') {
    const traits: Record<string, unknown> = typeof fields['traits'] === 'object' ? { ...fields['traits'] } : {}
    return isGiven(fields['code']) && !isGiven(fields['resend'])
      ? null
      : { recipient: textOf(traits['email'] ?? traits['phone']), flow: 'registration', ifFresh: false }
  }
  const hasCode = isGiven(fields['code']) && !isGiven(fields['resend'])
  if (guarded.flow === 'login') {
    return fields['method'] === 'code' ? { recipient: identifierOf(fields), flow: 'login', ifFresh: hasCode } : null
  }
  if (guarded.flow === 'settings' || hasCode) return null
  return { recipient: textOf(fields['email'] ?? fields['identifier']), flow: guarded.flow, ifFresh: false }
}

export function flowIdOf(lockKey: string | null): string {
  return lockKey?.replace(/^flow:/, '') ?? ''
}

/** Kratos still reads the field's name of old; as a second factor a code goes to an address of the account. */
function identifierOf(fields: Readonly<Record<string, unknown>>): string {
  const { identifier, password_identifier: old, address } = fields
  return textOf([identifier, old, address].find(isGiven) ?? '')
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

/**
 * Kratos answers 500 to a name that its database cannot index, which would pass for an outage.
 *
 * @throws {InvalidRequest}
 */
export function refuseLongName(name: string | null): void {
  if (name !== null && name.length > longestName)
    throw InvalidRequest(undefined, { errors: [{ path: 'body.identifier', message: `At most ${longestName} characters` }] })
}

/** What is no text is an account of its own. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** Everything that one account's failures of one kind are counted under. */
export function guessKey(keys: GuardKeys, method: GuessMethod, account: Buffer): Buffer {
  return keys.of(
    method === 'password' ? 'password' : method === 'totp' || method === 'recovery-code' ? 'factor' : 'code',
    account.toString('hex'),
  )
}

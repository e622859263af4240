/** Rolling limits on guesses: per account, per range of addresses, and over all. */
import { SubmissionInProgress, TooManyAttempts } from '@app/contracts/common-problems'
import { sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { hasPassed, signedInBy } from '../guard/came-in.ts'
import type { GuardStep, Passage } from '../guard/steps.ts'
import type { UpstreamAnswer } from '../upstream.ts'
import { type Counter, type Taking, take } from './counters.ts'
import { recordFailure, recordThrottled } from './failures.ts'
import { rangeOf } from './fold.ts'
import { type Guess, guessKey, guessOf, refuseLongName } from './guess.ts'
import { knownDevice, rememberDevice } from './known-device.ts'
import type { Limit } from './rules.ts'

/** Kratos itself takes five tries of a code; this holds where it miscounts. */
const perFlow: Limit = { count: 10, seconds: 3_600 }

/**
 * A guess counts before Kratos hears of it; what turns out right is taken back. Refused guesses do not count, so that the wait ends.
 */
export function limitGuesses(deps: Deps): GuardStep {
  return async (passage, next) => {
    const guess = guessOf(passage)
    if (guess === null) return await rememberDevice(deps, passage, await next(passage), null)
    refuseLongName(guess.identifier)
    const account = await accountOf(deps, passage, guess)
    const taking = await takeGuess(deps, passage, guess, account)
    let answer: UpstreamAnswer
    try {
      answer = await next(passage)
    } catch (error) {
      // Whoever hears 503 for a wrong guess and 200 for the right one has guessed: only what never got to Kratos is taken back.
      if (SubmissionInProgress.is(error)) await taking.giveBack()
      throw error
    }
    if (signedInBy(answer) === null && !hasPassed(answer)) {
      await recordFailure(deps, guess, account, answer)
      return answer
    }
    await taking.giveBack()
    return await rememberDevice(deps, passage, answer, guess.identifier)
  }
}

type Granted = Extract<Taking, { granted: true }>

/** @throws {TooManyAttempts} */
async function takeGuess(deps: Deps, passage: Passage, guess: Guess, account: Buffer | null): Promise<Granted> {
  const { limitRules: rules, guardKeys: keys } = deps
  const device = await knownDevice(deps, passage, account)
  const flow = guess.method === 'password' ? [] : [{ key: keys.of('flow', guess.flowId), limit: perFlow }]
  const taking = await take(deps, [...flow, ...(device === null ? common(deps, passage, guess, account) : [own(device)])])
  if (taking.granted) return taking
  const isAccount = account !== null && taking.refused.limit !== rules.range && taking.refused.limit !== rules.overall
  await recordThrottled(deps, guess, isAccount ? account : taking.refused.key, isAccount)
  throw TooManyAttempts(`Try again in ${taking.waitSeconds} seconds`, { retryAfterSeconds: taking.waitSeconds })

  /** Of this device at this account: a stolen one gets as far, and no further. */
  function own(deviceId: string): Counter {
    return { key: keys.of('device', `${deviceId} ${guess.method} ${account?.toString('hex') ?? ''}`), limit: rules.device }
  }
}

function common({ limitRules: rules, guardKeys: keys }: Deps, passage: Passage, guess: Guess, account: Buffer | null): Counter[] {
  return [
    ...(account === null ? [] : [{ key: guessKey(keys, guess.method, account), limit: rules.account }]),
    { key: keys.of('range', rangeOf(passage.address, rules.rangeBits)), limit: rules.range },
    { key: keys.of('overall', ''), limit: rules.overall },
  ]
}

/** Of a code: whom the flow wrote to. Of a second factor: whose session it is. */
async function accountOf(deps: Deps, passage: Passage, { method, identifier, flowId }: Guess): Promise<Buffer | null> {
  const { app, guardKeys, sessions } = deps
  if (method === 'password') return guardKeys.account(identifier ?? '')
  if (method === 'totp' || method === 'recovery-code') {
    const session = await sessions.findSession(passage.credentials)
    return session === null ? null : guardKeys.of('identity', session.userId)
  }
  const [row] = await app.db.execute<{ account: string }>(
    sql`select encode(account_key, 'hex') as account from guard_flows where flow_id = ${flowId}`,
  )
  if (row !== undefined) return Buffer.from(row.account, 'hex')
  return identifier === null || identifier === '' ? null : guardKeys.account(identifier)
}

/** Limits on what we write to people: nobody's mailbox or telephone is flooded, and nobody makes us pay for it. */
import { TooManyAttempts } from '@app/contracts/common-problems'
import { sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { signedInBy } from '../guard/came-in.ts'
import type { GuardStep, Passage } from '../guard/steps.ts'
import type { UpstreamAnswer } from '../upstream.ts'
import { type Counter, type Taking, take } from './counters.ts'
import { foldIdentifier, isPhone, rangeOf } from './fold.ts'
import { flowIdOf, refuseLongName, type Sending, sendingOf } from './guess.ts'
import { knownDevice } from './known-device.ts'

/** How long a code may be tried; longer than Kratos takes it. */
const flowSeconds = 7_200

type SendingDeps = Pick<Deps, 'app' | 'guardKeys' | 'limitRules'>

/**
 * Counts one message to an address or telephone number, asked for from an address on the network. Call it before anything that makes
 * us write to somebody who has not asked for it by signing in.
 *
 * @param deviceId a device that signed in to this recipient's account before: it has an allowance of its own
 * @returns what takes it back, when nothing is sent after all
 * @throws {TooManyAttempts} with the time after which there is room again. @throws {DatabaseDown}
 */
export async function checkSending(
  deps: SendingDeps,
  recipient: string,
  address: string | null,
  deviceId: string | null = null,
): Promise<() => Promise<void>> {
  const { giveBack } = await takeSending(
    deps,
    { account: deps.guardKeys.account(recipient), phone: isPhone(foldIdentifier(recipient)) },
    address,
    deviceId,
  )
  return giveBack
}

/** Providers hand out a /48 to whoever asks, which is 65536 networks: where every message costs money it counts as one. */
const paidBitsIpv6 = 48

interface Recipient {
  readonly account: Buffer
  /** A text message goes there, which costs money. */
  readonly phone: boolean
}

interface Counted {
  giveBack(): Promise<void>
  /** What is there for everybody; whoever asked has asked. */
  giveBackOthers(): Promise<void>
}

async function takeSending(
  deps: SendingDeps,
  { account, phone }: Recipient,
  address: string | null,
  deviceId: string | null,
): Promise<Counted> {
  const { guardKeys: keys, limitRules: rules } = deps
  // Whoever got in with any number of devices has no more written there than with one.
  const to = `${deviceId === null ? 'anybody' : 'devices'} ${account.toString('hex')}`
  const { rangeBits } = rules
  const sender = { key: keys.of('sender', rangeOf(address, rangeBits)), limit: rules.sender }
  const paidRange = rangeOf(address, { ...rangeBits, ipv6: Math.min(rangeBits.ipv6, paidBitsIpv6) })
  const everybodys: Counter[] = [
    ...(deviceId === null ? [{ key: keys.of('sending', ''), limit: rules.sending }] : []),
    // Strangers who use up what there is for all do not take it from those who signed in before.
    ...(phone ? [{ key: keys.of('sms', deviceId === null ? '' : 'known devices'), limit: rules.sms }] : []),
  ]
  const taking: Taking = await take(deps, [
    { key: keys.of('recipient', to), limit: rules.recipient },
    { key: keys.of('recipient day', to), limit: rules.recipientDay },
    ...(deviceId === null ? [sender] : []),
    ...(phone ? [{ key: keys.of('sms sender', paidRange), limit: rules.smsSender }] : []),
    ...everybodys,
  ])
  if (taking.granted) return { giveBack: () => taking.giveBack(), giveBackOthers: () => taking.giveBack(everybodys) }
  throw TooManyAttempts(`Nothing was sent. Try again in ${taking.waitSeconds} seconds`, { retryAfterSeconds: taking.waitSeconds })
}

/** Counts what makes Kratos write, the same whether anybody has the address, and keeps for whom a flow has a code. */
export function limitSending(deps: Deps): GuardStep {
  return async (passage, next) => {
    const sending = sendingOf(passage)
    if (sending === null) return await next(passage)
    refuseLongName(sending.recipient)
    const recipient = await recipientOf(deps, passage, sending)
    if (recipient === null) return await next(passage)
    const device = await knownDevice(deps, passage, recipient.account)
    const counted = await takeSending(deps, recipient, passage.address, device)
    let answer: UpstreamAnswer
    try {
      if (sending.flow !== 'registration') await keepRecipient(deps, passage, recipient)
      answer = await next(passage)
    } catch (error) {
      await counted.giveBack()
      throw error
    }
    // Otherwise whoever asks for codes to made-up numbers uses up everybody's, and pays nothing.
    if (answer.nothingSent === true) await counted.giveBackOthers()
    // What is wrong with a registration is said at its fields, again and again; nothing is sent meanwhile.
    if (sending.flow === 'registration' && answer.status >= 400 && signedInBy(answer) === null && !saysSent(answer))
      await counted.giveBack()
    return answer
  }
}

function saysSent(answer: UpstreamAnswer): boolean {
  return answer.body.includes('"state":"sent_email"')
}

/** "Send it again" names nobody: the flow knows. */
async function recipientOf({ app, guardKeys }: Deps, { submission }: Passage, sending: Sending): Promise<Recipient | null> {
  const { recipient, ifFresh, flow } = sending
  // Nothing but a code to sign in goes to a number: one that is typed elsewhere costs nothing.
  const phone = flow === 'login' && isPhone(foldIdentifier(recipient))
  const named = recipient === '' ? null : { account: guardKeys.account(recipient), phone }
  if (named !== null && !ifFresh) return named
  const [row] = await app.db.execute<{ account: string; phone: boolean }>(
    sql`select encode(account_key, 'hex') as account, phone from guard_flows where flow_id = ${flowIdOf(submission.lockKey)}`,
  )
  const kept = row === undefined ? null : { account: Buffer.from(row.account, 'hex'), phone: row.phone }
  if (!ifFresh) return kept
  return named === null || kept?.account.equals(named.account) === true ? null : named
}

async function keepRecipient({ app }: Deps, { submission }: Passage, { account, phone }: Recipient): Promise<void> {
  await app.db.execute(sql`
    insert into guard_flows (flow_id, account_key, phone, phone_key, over_at)
    values (${flowIdOf(submission.lockKey)}, ${account}::bytea, ${phone}, ${phone ? account : null}::bytea,
      now() + make_interval(secs => ${flowSeconds}))
    on conflict (flow_id) do update set account_key = excluded.account_key, phone = excluded.phone, over_at = excluded.over_at,
      phone_key = coalesce(excluded.phone_key, guard_flows.phone_key)`)
}

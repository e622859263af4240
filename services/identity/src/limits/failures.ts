/** Sign-ins that failed are told as events: one a minute for each account and reason, with how many there were. */
import type { Transaction } from '@app/db/database'
import { signInFailed } from '@app/events/sign-in-failed'
import { enqueue } from '@app/outbox/enqueue'
import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { recordActivity } from '../activity.ts'
import type { Deps } from '../deps.ts'
import { identities } from '../schema.ts'
import { tellAbout } from '../tell.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import { uuidOf } from './guard-keys.ts'
import type { Guess } from './guess.ts'

type Reason = 'wrong-password' | 'unknown' | 'wrong-code' | 'wrong-factor' | 'inactive' | 'throttled'

const Messages = z.object({
  ui: z.object({
    messages: z.array(z.object({ id: z.number() })).catch([]),
    nodes: z.array(z.object({ messages: z.array(z.object({ id: z.number() })).catch([]) })).catch([]),
  }),
})
const wrongPassword = 4_000_006
const unknownAccount = 4_000_035
/** Of a flow that writes codes, in login, recovery and verification; the last is for too many tries of one. */
const wrongCodes = new Set([4_010_008, 4_060_006, 4_070_006, 4_000_001])
const wrongFactors = new Set([4_000_008, 4_000_012, 4_000_013, 4_000_014, 4_000_015, 4_000_016])
const batch = 200

/** Nothing is stored about answers that are no verdict on a guess, such as an expired flow. */
export async function recordFailure(deps: Deps, guess: Guess, account: Buffer | null, answer: UpstreamAnswer): Promise<void> {
  const reason = reasonOf(answer)
  if (reason === null) return
  const identityId = await identityOf(deps, guess, account)
  const key = account ?? deps.guardKeys.of('flow', guess.flowId)
  const isUnknown = reason === 'wrong-password' && identityId === null
  await store(deps, {
    subject: identityId ?? uuidOf(key),
    known: identityId !== null,
    reason: isUnknown ? 'unknown' : reason,
    method: guess.method,
  })
}

/** Asks nobody: there may be thousands of them a second, and what it costs must not tell whether the account exists. */
export async function recordThrottled(deps: Deps, guess: Guess, key: Buffer, isAccount: boolean): Promise<void> {
  const known = isAccount ? seenAs(deps, key.toString('hex')) : undefined
  await store(deps, { subject: known ?? uuidOf(key), known: typeof known === 'string', reason: 'throttled', method: guess.method })
}

interface Failure {
  readonly subject: string
  readonly known: boolean
  readonly reason: Reason
  readonly method: Guess['method']
}

async function store({ app }: Deps, { subject, known, reason, method }: Failure): Promise<void> {
  await app.db.execute(sql`
    insert into sign_in_failures as f (subject, known, reason, method, minute)
    values (${subject}, ${known}, ${reason}, ${method}, date_trunc('minute', now()))
    on conflict (subject, reason, method, minute) do update set count = f.count + 1`)
}

/** Whose accounts failed lately; null for those that nobody has. For a minute: addresses get owners, change hands and go. */
const lastSeen = new Map<string, { readonly identityId: string | null; readonly until: number }>()
const maxSeen = 5_000
const seenMs = 60_000

function seenAs({ clock }: Deps, name: string): string | null | undefined {
  const seen = lastSeen.get(name)
  return seen !== undefined && seen.until > clock().getTime() ? seen.identityId : undefined
}

async function identityOf(deps: Deps, { identifier }: Guess, account: Buffer | null): Promise<string | null> {
  if (account === null) return null
  const { kratos, clock, log } = deps
  const name = account.toString('hex')
  const seen = seenAs(deps, name)
  if (seen !== undefined || identifier === null) return seen ?? null
  try {
    const identityId = (await kratos.findIdentity(identifier))?.id ?? null
    if (lastSeen.size >= maxSeen) lastSeen.clear()
    lastSeen.set(name, { identityId, until: clock().getTime() + seenMs })
    return identityId
  } catch (error) {
    log.warn({ err: error }, 'it is not known whose sign-in failed')
    return null
  }
}

function reasonOf(answer: UpstreamAnswer): Reason | null {
  if (answer.status === 401) return 'inactive'
  const messages = Messages.safeParse(jsonOf(answer)).data?.ui
  const ids = [...(messages?.messages ?? []), ...(messages?.nodes ?? []).flatMap((node) => node.messages)].map(({ id }) => id)
  if (ids.includes(wrongPassword)) return 'wrong-password'
  if (ids.includes(unknownAccount)) return 'unknown'
  if (ids.some((id) => wrongFactors.has(id))) return 'wrong-factor'
  return ids.some((id) => wrongCodes.has(id)) ? 'wrong-code' : null
}

/** Tells what happened in minutes that are over; each once, because it is taken away in the same transaction. */
export async function tellFailures(deps: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await tellSome(deps)) === batch) {
    // The rest is next.
  }
}

async function tellSome({ system }: Deps): Promise<number> {
  return await system.db.transaction(async (tx) => {
    const rows = await tx.execute<Failure & { count: number; version: string } & Record<string, unknown>>(sql`
      delete from sign_in_failures where ctid in (
        select ctid from sign_in_failures where minute < date_trunc('minute', now()) order by minute limit ${batch} for update skip locked
      ) returning subject, known, reason, method, count, nextval('sign_in_failures_version') as version`)
    for (const { subject, known, reason, method, count, version } of rows) {
      if (known && (await isErased(tx, subject))) continue
      const told = known && (await tellAbout(tx, signInFailed, subject, { reason, method, count }, { actor: null }))
      if (told) await recordActivity(tx, { identityId: subject, kind: 'sign-in-failed', detail: { reason, method, count } })
      else await enqueue(tx, signInFailed, { subject, version: Number(version), data: { reason, method, count } })
    }
    return rows.length
  })
}

/** Locked, so that whoever is erased meanwhile takes along what is written here. */
async function isErased(tx: Transaction, identityId: string): Promise<boolean> {
  const [row] = await tx.select({ at: identities.deletedAt }).from(identities).where(eq(identities.id, identityId)).for('update')
  return row !== undefined && row.at !== null
}

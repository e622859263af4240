/** A registration starts with a code in the mailbox, so that nothing before it tells whether an address has an account. */
import { InvalidRequest } from '@app/contracts/common-problems'
import type { Locale } from '@app/contracts/values'
import { answer, type RequestFacts } from '@app/http/route'
import { and, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { readEmail } from '../email.ts'
import { holdUntil } from '../hold.ts'
import { newSecret, secretHash, startProof, tryCode } from './proofs.ts'
import { contactProofs } from './tables.ts'

/** From the right code on: a name and a password are quickly chosen, a passkey may take a while. */
const proofMinutes = 30

export async function startRegistration(deps: Deps, { email: typed, locale }: { email: string; locale: Locale }, request: RequestFacts) {
  const reading = readEmail(typed)
  if ('fault' in reading) {
    const message = 'This is no address that we can write to, or it could be mistaken for another'
    throw InvalidRequest(undefined, { errors: [{ path: 'email', message }] })
  }
  const { email } = reading
  const startedAt = performance.now()
  try {
    return answer(202, await sendCode(deps, email, locale, request))
  } finally {
    await holdUntil(startedAt, deps.limitRules.answerDeadlineMs)
  }
}

async function sendCode(deps: Deps, email: string, locale: Locale, request: RequestFacts) {
  const isKnown = (await deps.kratos.findIdentity(email)) !== null
  const secret = newSecret()
  const asked = { purpose: 'registration', target: email, kind: 'registration-code', asker: { secret } } as const
  const { id, expiresAt } = await startProof(deps, { ...asked, isKnown, address: request.address, locale })
  return { id, secret, expiresAt: expiresAt.toISOString() }
}

/** @throws {CodeNotValid} */
export async function proveRegistration(deps: Deps, id: string, { secret, code }: { secret: string; code: string }) {
  const { target } = await tryCode(deps, id, { secret }, code)
  const [proven] = await deps.app.db
    .update(contactProofs)
    .set({ expiresAt: sql`${contactProofs.provenAt} + make_interval(mins => ${proofMinutes})` })
    .where(eq(contactProofs.id, id))
    .returning({ expiresAt: contactProofs.expiresAt })
  if (proven === undefined) throw new Error('A proof went away')
  return { email: target, proof: `${id}.${secret}`, expiresAt: proven.expiresAt.toISOString() }
}

/** Binds a proof to the flow that shows it. False when it is none for this address. */
export async function claimProof({ app }: Pick<Deps, 'app'>, proof: string, email: string, flowId: string): Promise<boolean> {
  const [id = '', secret = ''] = proof.split('.')
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) || secret === '') return false
  const claimed = await app.db
    .update(contactProofs)
    .set({ flowId })
    .where(
      and(
        eq(contactProofs.id, id),
        eq(contactProofs.secretHash, secretHash(secret)),
        eq(contactProofs.target, email),
        isNotNull(contactProofs.provenAt),
        isNull(contactProofs.usedAt),
        gt(contactProofs.expiresAt, sql`now()`),
      ),
    )
    .returning({ id: contactProofs.id })
  return claimed.length > 0
}

/** Whether this flow has shown that the address is its person's. */
export async function isProven({ app }: Pick<Deps, 'app'>, flowId: string, email: string): Promise<boolean> {
  const rows = await app.db
    .select({ id: contactProofs.id })
    .from(contactProofs)
    .where(
      and(
        eq(contactProofs.flowId, flowId),
        eq(contactProofs.target, email),
        isNull(contactProofs.usedAt),
        gt(contactProofs.expiresAt, sql`now()`),
      ),
    )
    .limit(1)
  return rows.length > 0
}

/** The account is there: the proof opens nothing else. */
export async function useProof({ app }: Pick<Deps, 'app'>, flowId: string): Promise<void> {
  await app.db.update(contactProofs).set({ usedAt: sql`now()` }).where(eq(contactProofs.flowId, flowId))
}

/** "A code of ours was sent there, and who asked for it has shown it": for addresses and numbers. The database decides every race. */
import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { CodeNotValid } from '@app/contracts/contact'
import type { MessageKind } from '@app/contracts/internal-messages'
import type { Locale } from '@app/contracts/values'
import type { Transaction } from '@app/db/database'
import { newId } from '@app/db/id'
import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { checkSending } from '../limits/limit-sending.ts'
import { queueMessage } from './messages.ts'
import { type ContactProof, contactProofs } from './tables.ts'

export const codeMinutes = 15
const maxTries = 5
const codeDigits = 6

type Asker = { readonly identityId: string } | { readonly secret: string }

export interface Asked {
  readonly purpose: ContactProof['purpose']
  readonly target: string
  readonly asker: Asker
  readonly address: string | null
  readonly locale: Locale
  /** What is sent; `known` instead of a code, when the address has an account. */
  readonly kind: Extract<MessageKind, 'registration-code' | 'email-code' | 'phone-code'>
  readonly isKnown: boolean
}

type ProofDeps = Pick<Deps, 'app' | 'codeKey' | 'guardKeys' | 'limitRules'>

/** Sends a code, or says at a known address that it is known: who asks sees no difference. @throws {TooManyAttempts} counted alike */
export async function startProof(deps: ProofDeps, asked: Asked): Promise<{ id: string; expiresAt: Date }> {
  const giveBack = await checkSending(deps, asked.target, asked.address)
  try {
    return await storeProof(deps, asked)
  } catch (error) {
    await giveBack()
    throw error
  }
}

async function storeProof({ app, codeKey }: ProofDeps, asked: Asked): Promise<{ id: string; expiresAt: Date }> {
  const { purpose, target, asker, locale } = asked
  const id = newId()
  const code = randomInt(10 ** codeDigits)
    .toString()
    .padStart(codeDigits, '0')
  return await app.db.transaction(async (tx) => {
    if ('identityId' in asker) await endOthers(tx, asker.identityId, purpose)
    const [started] = await tx
      .insert(contactProofs)
      .values({
        id,
        purpose,
        target,
        ...('identityId' in asker ? { identityId: asker.identityId } : { secretHash: secretHash(asker.secret) }),
        codeHash: asked.isKnown ? null : codeHash(codeKey, id, code),
        expiresAt: sql`now() + make_interval(mins => ${codeMinutes})`,
      })
      .returning({ expiresAt: contactProofs.expiresAt })
    if (started === undefined) throw new Error('The proof was not stored')
    if (asked.isKnown) await queueMessage(tx, { kind: 'registration-known', recipient: target, locale })
    else await queueMessage(tx, { kind: asked.kind, recipient: target, locale, code, expiresInMinutes: codeMinutes })
    return { id, expiresAt: started.expiresAt }
  })
}

/** One open change at a time: the latest. */
async function endOthers(tx: Transaction, identityId: string, purpose: ContactProof['purpose']): Promise<void> {
  await tx
    .update(contactProofs)
    .set({ expiresAt: sql`now()` })
    .where(and(eq(contactProofs.identityId, identityId), eq(contactProofs.purpose, purpose), isNull(contactProofs.provenAt)))
}

/**
 * Tries a code. The right one counts until the proof is used, so that a lost answer costs nothing; a wrong one costs a try.
 *
 * @throws {CodeNotValid} wrong, expired, used, tried too often, or somebody else's: all alike.
 */
export async function tryCode(
  { app, codeKey }: Pick<Deps, 'app' | 'codeKey'>,
  id: string,
  asker: Asker,
  code: string,
): Promise<ContactProof> {
  const hash = codeHash(codeKey, id, code)
  const isRight = sql`coalesce(${contactProofs.codeHash} = ${hash}, false)`
  const [tried] = await app.db
    .update(contactProofs)
    .set({
      tries: sql`${contactProofs.tries} + case when ${isRight} then 0 else 1 end`,
      provenAt: sql`case when ${isRight} then coalesce(${contactProofs.provenAt}, now()) else ${contactProofs.provenAt} end`,
    })
    .where(
      and(
        eq(contactProofs.id, id),
        'identityId' in asker ? eq(contactProofs.identityId, asker.identityId) : eq(contactProofs.secretHash, secretHash(asker.secret)),
        isNull(contactProofs.usedAt),
        lt(contactProofs.tries, maxTries),
        gt(contactProofs.expiresAt, sql`now()`),
      ),
    )
    .returning()
  if (tried?.codeHash == null || !timingSafeEqual(tried.codeHash, hash)) throw wrongCode()
  return tried
}

/** Of what nobody needs any more. */
export async function forgetOldProofs({ system }: Pick<Deps, 'system'>): Promise<void> {
  await system.db.delete(contactProofs).where(lt(contactProofs.createdAt, sql`now() - interval '1 day'`))
}

export function wrongCode() {
  const message = 'This code is not valid: mistyped, too old, or used. Ask for another'
  return CodeNotValid(undefined, { errors: [{ path: 'code', message }] })
}

export const newSecret = () => randomBytes(32).toString('base64url')

export function secretHash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function codeHash(key: string, id: string, code: string): Buffer {
  return createHmac('sha256', key).update(`${id} ${code}`).digest()
}

/** How many codes are sent: to one recipient, and for one person or network. Nobody's mailbox or telephone bill is a toy. */
import { TooManyRequests } from '@app/contracts/common-problems'
import type { Transaction } from '@app/db/database'
import { and, eq, gt, sql } from 'drizzle-orm'
import { type ContactProof, contactProofs } from './tables.ts'

const perTarget = { quarter: 3, day: 10 } as const
const perSender = { email: 30, registration: 30, phone: 5 } as const

export interface Sending {
  readonly purpose: ContactProof['purpose']
  readonly target: string
  readonly addressRange: string
}

/**
 * Counts what was sent before; two at once wait for each other.
 *
 * @throws {TooManyRequests} alike for known and unknown addresses: both are counted.
 */
export async function admitSending(tx: Transaction, { purpose, target, addressRange }: Sending): Promise<void> {
  for (const key of [`target ${target}`, `range ${addressRange}`].sort())
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 7305102608))`)
  const quarter = sql`now() - interval '15 minutes'`
  const [sent] = await tx
    .select({
      quarter: sql<number>`count(*) filter (where ${contactProofs.createdAt} > ${quarter})`.mapWith(Number),
      day: sql<number>`count(*)`.mapWith(Number),
    })
    .from(contactProofs)
    .where(
      and(eq(contactProofs.purpose, purpose), eq(contactProofs.target, target), gt(contactProofs.createdAt, sql`now() - interval '1 day'`)),
    )
  const [range] = await tx
    .select({ quarter: sql<number>`count(*)`.mapWith(Number) })
    .from(contactProofs)
    .where(and(eq(contactProofs.purpose, purpose), eq(contactProofs.addressRange, addressRange), gt(contactProofs.createdAt, quarter)))
  const tooMany =
    (sent?.quarter ?? 0) >= perTarget.quarter || (sent?.day ?? 0) >= perTarget.day || (range?.quarter ?? 0) >= perSender[purpose]
  if (tooMany) throw TooManyRequests('Too many codes were asked for. Try again in a quarter of an hour', { retryAfterSeconds: 900 })
}

import type { Transaction } from '@app/db/database'
import { eq, or } from 'drizzle-orm'
import { accountDevices, accountSessions } from '../device-tables.ts'
import { impersonations } from '../impersonation/table.ts'

/** For somebody who is gone. */
export async function forgetDevices(tx: Transaction, identityId: string): Promise<void> {
  await tx.delete(accountSessions).where(eq(accountSessions.identityId, identityId))
  await tx.delete(impersonations).where(or(eq(impersonations.userId, identityId), eq(impersonations.administratorId, identityId)))
  await tx.delete(accountDevices).where(eq(accountDevices.identityId, identityId))
}

import { Forbidden } from '@app/contracts/common-problems'
import type { PushTarget } from '@app/contracts/sessions'
import { and, eq } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { accountDevices } from '../device-tables.ts'

/** @throws {Forbidden} no device of this person: unknown and foreign ones alike. */
export async function setPushTarget(
  { app }: Pick<Deps, 'app'>,
  identityId: string,
  deviceId: string,
  push: PushTarget | null,
): Promise<void> {
  const changed = await app.db
    .update(accountDevices)
    .set({ push })
    .where(and(eq(accountDevices.identityId, identityId), eq(accountDevices.id, deviceId)))
    .returning({ id: accountDevices.id })
  if (changed.length === 0) throw Forbidden()
}

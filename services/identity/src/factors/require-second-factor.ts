/** Who must have a second factor. Kratos cannot ask it of anybody who has none; the services do, from what whoami says. */

import type { Transaction } from '@app/db/database'
import { and, eq, isNull, notExists, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { requiredSecondFactors } from '../factor-tables.ts'
import { expectChange } from '../pending.ts'
import { platformAdministrators } from '../schema.ts'

export const administering = 'administering the platform'

/** With the change that it follows from; a look at the identity afterwards makes it count. */
export async function requireSecondFactor(tx: Transaction, identityId: string, because: string): Promise<void> {
  await tx.insert(requiredSecondFactors).values({ identityId, because }).onConflictDoNothing()
  await expectChange(tx, 'identity', identityId)
}

/** Brings everybody's rows in line with the setting: it may have been changed while this service was down. */
export async function followAdministratorRule({ system, administratorsNeedSecondFactor }: Deps): Promise<void> {
  await system.db.transaction(async (tx) => {
    const added = administratorsNeedSecondFactor
      ? await tx.execute<{ id: string }>(sql`
          insert into required_second_factors (identity_id, because)
          select user_id, ${administering} from platform_administrators where revoking_at is null
          on conflict do nothing returning identity_id as id`)
      : []
    const isAdministrator = tx
      .select({ one: sql`1` })
      .from(platformAdministrators)
      .where(and(eq(platformAdministrators.userId, requiredSecondFactors.identityId), isNull(platformAdministrators.revokingAt)))
    const freed = await tx
      .delete(requiredSecondFactors)
      .where(and(eq(requiredSecondFactors.because, administering), administratorsNeedSecondFactor ? notExists(isAdministrator) : undefined))
      .returning({ id: requiredSecondFactors.identityId })
    for (const { id } of [...added, ...freed]) await expectChange(tx, 'identity', id)
  })
}

/** Brings Keto's tuples in line with our rows: which rows is read when it is done, one at a time over all instances. */
import { and, eq, isNull } from 'drizzle-orm'
import type { Deps } from './deps.ts'
import { platformAdministrators, tupleSyncs } from './schema.ts'

const waitMs = 5_000
const platform = { namespace: 'Platform', object: 'vestibule' } as const

/**
 * Writes the difference, when one was asked for.
 *
 * @throws {PermissionServiceDown} it stays asked for.
 */
export async function syncAdministrators({ system, tuples, locks }: Deps): Promise<void> {
  await locks.hold('tuples:Platform:vestibule', waitMs, async () => {
    const [asked] = await system.db
      .select({ request: tupleSyncs.request })
      .from(tupleSyncs)
      .where(and(eq(tupleSyncs.namespace, platform.namespace), eq(tupleSyncs.object, platform.object)))
    if (asked === undefined) return
    const rows = await system.db
      .select({ userId: platformAdministrators.userId })
      .from(platformAdministrators)
      .where(isNull(platformAdministrators.revokingAt))
    const desired = rows.map(({ userId }) => ({
      relation: 'admins' as const,
      subject: { namespace: 'User', object: userId, relation: '' } as const,
    }))
    await tuples.sync(platform.namespace, platform.object, desired)
    // Asked for again meanwhile: then it is done again.
    await system.db
      .delete(tupleSyncs)
      .where(
        and(eq(tupleSyncs.namespace, platform.namespace), eq(tupleSyncs.object, platform.object), eq(tupleSyncs.request, asked.request)),
      )
  })
}

/** What this service keeps of a person. */
import type { ArchiveParts } from '@app/contracts/archive'
import { asc, eq } from 'drizzle-orm'
import { preferences, users } from './schema.ts'
import type { UsersDeps } from './users.ts'

export async function exportUser({ db }: UsersDeps, userId: string): Promise<{ parts: ArchiveParts }> {
  const [profile, kept] = await Promise.all([
    db.select().from(users).where(eq(users.id, userId)),
    db.select().from(preferences).where(eq(preferences.ownerId, userId)).orderBy(asc(preferences.key)),
  ])
  return {
    parts: {
      profile: profile.map(({ createdAt, updatedAt, awaited: _, ...row }) => ({
        ...row,
        createdAt: createdAt.toISOString(),
        updatedAt: updatedAt.toISOString(),
      })),
      preferences: kept.map(({ key, value, updatedAt }) => ({ key, value, updatedAt: updatedAt.toISOString() })),
    },
  }
}

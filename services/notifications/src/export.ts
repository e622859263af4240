/** What this service keeps of a person: which messages it sent them. Addresses, codes and links are gone once a message is. */
import type { ArchiveParts } from '@app/contracts/archive'
import type { Database } from '@app/db/database'
import { and, asc, eq, gte, or } from 'drizzle-orm'
import { recipientHash } from './courier.ts'
import { mails } from './schema.ts'

export interface OwnAddress {
  readonly address: string
  readonly since: string
}

export async function exportMessages(
  { app }: { readonly app: Database },
  userId: string,
  addresses: readonly OwnAddress[],
): Promise<{ parts: ArchiveParts }> {
  const toAddresses = addresses.map(({ address, since }) =>
    and(eq(mails.recipientHash, recipientHash(address)), gte(mails.createdAt, new Date(since))),
  )
  const rows = await app.db
    .select()
    .from(mails)
    .where(or(eq(mails.userId, userId), ...toAddresses))
    .orderBy(asc(mails.createdAt))
  return {
    parts: {
      messages: rows.map(({ kind, channel, state, createdAt, finishedAt, occurredAt }) => ({
        kind,
        channel,
        state,
        askedForAt: createdAt.toISOString(),
        finishedAt: finishedAt?.toISOString() ?? null,
        occurredAt: occurredAt?.toISOString() ?? null,
      })),
    },
  }
}

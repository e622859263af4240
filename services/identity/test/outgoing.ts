/** Messages that identity has for notifications, which is down in these tests. */
import { sql } from 'drizzle-orm'
import type { Identity } from './identity-fixture.ts'

export async function messagesTo({ database }: Pick<Identity, 'database'>, recipient: string) {
  const rows = await database.owner.db.execute<{ kind: string; code: string | null }>(
    sql`select message->>'kind' as kind, message->>'code' as code from outgoing_messages
        where message->>'recipient' = ${recipient} order by created_at, id`,
  )
  return [...rows].map(({ kind, code }) => ({ kind, code }))
}

/** The latest. */
export async function codeFor(identity: Pick<Identity, 'database'>, recipient: string): Promise<string> {
  const code = (await messagesTo(identity, recipient)).findLast((message) => message.code !== null)?.code
  if (code == null) throw new Error('No code was sent there')
  return code
}

/** Another code of the same length. */
export const otherThan = (code: string) => ((Number(code) + 1) % 1_000_000).toString().padStart(6, '0')

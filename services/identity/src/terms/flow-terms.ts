/** What somebody accepts who has no account yet, bound to the flow in which they register. */
import { eq, lt, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { flowTerms } from './table.ts'

/** The latest submission of the flow counts. */
export async function noteFlowTerms({ app }: Pick<Deps, 'app'>, flowId: string, version: string): Promise<void> {
  await app.db
    .insert(flowTerms)
    .values({ flowId, version })
    .onConflictDoUpdate({ target: flowTerms.flowId, set: { version, acceptedAt: sql`now()` } })
}

/** What Kratos stores with the account; nothing when no terms were accepted. */
export async function metadataOfFlow(
  { app }: Pick<Deps, 'app'>,
  flowId: string,
): Promise<{ termsAccepted?: string; termsAcceptedAt?: string }> {
  const [row] = await app.db.select().from(flowTerms).where(eq(flowTerms.flowId, flowId))
  return row === undefined ? {} : { termsAccepted: row.version, termsAcceptedAt: row.acceptedAt.toISOString() }
}

export async function forgetFlowTerms({ system }: Pick<Deps, 'system'>): Promise<void> {
  await system.db.delete(flowTerms).where(lt(flowTerms.acceptedAt, sql`now() - interval '1 day'`))
}

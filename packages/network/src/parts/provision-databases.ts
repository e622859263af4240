import { provisionDatabase, provisionPlain } from '@app/db/provision'
import type { Sql } from 'postgres'
import type { Part } from '../manifest/types.ts'
import { currentSecret } from '../secrets.ts'
import type { NetworkContext } from '../supervisor/types.ts'
import { connectAsSuperuser } from './superuser.ts'

/** Makes every part's database and roles, and sets the roles' passwords to the current secrets. Repeatable. */
export async function provisionDatabases(context: NetworkContext, parts: readonly Part[] = context.parts): Promise<void> {
  const sql = connectAsSuperuser(context)
  try {
    await provisionParts(sql, parts, (name) => currentSecret(context.state.secrets, name))
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** The same on a connection of the caller's. */
export async function provisionParts(sql: Sql, parts: readonly Part[], secret: (name: string) => string): Promise<void> {
  for (const { name, database } of parts) {
    if (database?.roles === 'plain') await provisionPlain(sql, { name: database.name, password: secret(`${name}-database`) })
    if (database?.roles === 'service') {
      const passwords = {
        owner: secret(`${name}-database-owner`),
        app: secret(`${name}-database-app`),
        system: secret(`${name}-database-system`),
      }
      await provisionDatabase(sql, { service: database.name, passwords })
    }
  }
}

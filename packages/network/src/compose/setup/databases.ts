import postgres from 'postgres'
import type { Part } from '../../manifest/types.ts'
import { provisionParts } from '../../parts/provision-databases.ts'
import { currentSecret } from '../../secrets.ts'

/** Makes every part's database and roles. Repeatable; a rotated password holds after the next run. */
export async function makeDatabases(url: string, parts: readonly Part[], secretFolder: string): Promise<void> {
  const secret = (name: string) => currentSecret(secretFolder, name)
  const sql = postgres(url, { password: secret('postgres-superuser'), max: 1, connect_timeout: 10, onnotice: () => {} })
  try {
    await provisionParts(sql, parts, secret)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

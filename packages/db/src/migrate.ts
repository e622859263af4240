import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { parseDatabaseUrl } from './url.ts'

/** A folder of migrations under a name of its own, so that packages and a service can each bring theirs. */
export type MigrationSet = { readonly name: string; readonly folder: string }

export type MigrateOptions = {
  readonly url: string
  /** the owner role: the serving process never has its password */
  readonly role: string
  readonly password: string
  /** in this order */
  readonly sets: readonly MigrationSet[]
  readonly onApplied?: (set: string, file: string) => void
}

type MigrationFile = { readonly set: string; readonly name: string; readonly text: string; readonly hash: string }

const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/
const MIGRATE_LOCK = 7_305_102_502
/** A migration that waits longer for a table would hold up every request behind it. */
const LOCK_TIMEOUT_MS = 15_000

/**
 * Applies what is not yet applied, forward only. Each file is one transaction with its own record, so a run that was killed
 * is resumed by the next; several at once wait for each other.
 *
 * @returns how many files were applied
 * @throws a file was edited after it was applied, has a wrong or double number, or failed (its name is in the message)
 */
export async function migrate({ url, role, password, sets, onApplied }: MigrateOptions): Promise<number> {
  const files = (await Promise.all(sets.map(readSet))).flat()
  const session = connect(url, role, password)
  try {
    await session.unsafe('select pg_advisory_lock($1)', [MIGRATE_LOCK])
    await session.unsafe(`set lock_timeout = ${LOCK_TIMEOUT_MS}`)
    await session.unsafe(`
      create schema if not exists migrations;
      create table if not exists migrations.applied (
        set_name text not null, file text not null, sha256 text not null, applied_at timestamptz not null default now(),
        primary key (set_name, file)
      )`)
    const applied = await readApplied(session)
    const pending = files.filter((file) => isPending(file, applied))
    for (const file of pending) {
      await apply(session, file)
      onApplied?.(file.set, file.name)
    }
    return pending.length
  } finally {
    // Ending the session gives the lock back.
    await session.end({ timeout: 1 })
  }
}

function connect(url: string, role: string, password: string): postgres.Sql {
  const { address, database } = parseDatabaseUrl(url)
  return postgres({
    host: address.host,
    port: address.port,
    ssl: address.sslMode === 'disable' ? false : address.sslMode,
    database,
    username: role,
    password,
    max: 1,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: `${role} migrate`, client_connection_check_interval: 1_000 },
  })
}

async function readSet({ name, folder }: MigrationSet): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  const numbers = new Set<string>()
  for (const file of names) {
    const number = FILE_NAME.exec(file)?.[1]
    if (number === undefined) throw new Error(`Migration ${name}/${file} is not named like 0001-create-files.sql`)
    if (numbers.has(number)) throw new Error(`Migration ${name}/${file} has a number that another file has`)
    numbers.add(number)
  }
  return await Promise.all(
    names.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8')
      // Git may change line endings on its way; that is no edit.
      return { set: name, name: file, text, hash: createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex') }
    }),
  )
}

async function readApplied(session: postgres.Sql): Promise<Map<string, string>> {
  const rows = await session<{ key: string; sha256: string }[]>`select set_name || '/' || file as key, sha256 from migrations.applied`
  return new Map(rows.map(({ key, sha256 }) => [key, sha256]))
}

function isPending(file: MigrationFile, applied: ReadonlyMap<string, string>): boolean {
  const hash = applied.get(`${file.set}/${file.name}`)
  if (hash !== undefined && hash !== file.hash) {
    throw new Error(`Migration ${file.set}/${file.name} was edited after it was applied: put the change into a new file`)
  }
  return hash === undefined
}

async function apply(session: postgres.Sql, file: MigrationFile): Promise<void> {
  try {
    await session.begin(async (tx) => {
      await tx.unsafe(file.text).simple()
      await tx`insert into migrations.applied (set_name, file, sha256) values (${file.set}, ${file.name}, ${file.hash})`
    })
  } catch (error) {
    throw new Error(`Migration ${file.set}/${file.name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

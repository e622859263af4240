/** A database of its own for a test file: provisioned and migrated like the real one, with the three roles. */
import { randomBytes } from 'node:crypto'
import { type Database, openDatabase } from '@app/db/database'
import { type MigrationSet, migrate } from '@app/db/migrate'
import { provisionDatabase } from '@app/db/provision'
import postgres from 'postgres'
import { testServers } from './servers.ts'

export type TestDatabase = {
  readonly owner: Database
  readonly app: Database
  readonly system: Database
  /** without credentials, as a service gets it */
  readonly url: string
  /** the name of the database and the beginning of its roles' names */
  readonly name: string
  readonly passwords: { readonly owner: string; readonly app: string; readonly system: string }
  /** Closes everything and removes the database and its roles. */
  readonly drop: () => Promise<void>
}

export type TestDatabaseOptions = {
  /** connections per role, default 5 */
  readonly max?: number
  /** Another way in than the server itself, e.g. a proxy that injects faults. */
  readonly through?: { readonly host: string; readonly port: number }
}

/** Drop it in `afterAll`. */
export async function testDatabase(
  service: string,
  sets: readonly MigrationSet[],
  { max = 5, through }: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  const adminUrl = testServers().postgresUrl
  const name = `${service.replaceAll('-', '_')}_${randomBytes(5).toString('hex')}`
  const passwords = { owner: randomPassword(), app: randomPassword(), system: randomPassword() }
  await asAdmin(adminUrl, (admin) => provisionDatabase(admin, { service: name, passwords }))
  const direct = databaseUrl(adminUrl, name)
  await migrate({ url: direct, role: `${name}_owner`, password: passwords.owner, sets })
  const url = databaseUrl(adminUrl, name, through)
  const open = (role: keyof typeof passwords) => openDatabase({ url, role: `${name}_${role}`, password: passwords[role], max })
  const [owner, app, system] = [open('owner'), open('app'), open('system')]
  const drop = async () => {
    await Promise.all([owner.close(), app.close(), system.close()])
    await asAdmin(adminUrl, (admin) => dropDatabase(admin, name))
  }
  return { owner, app, system, url, name, passwords, drop }
}

/** A database of the running test network, past all its roles. */
export async function inDatabase(name: string, work: (admin: postgres.Sql) => Promise<void>): Promise<void> {
  const url = new URL(testServers().postgresUrl)
  url.pathname = `/${name}`
  await asAdmin(url.href, work)
}

async function asAdmin(url: string, work: (admin: postgres.Sql) => Promise<void>): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(admin)
  } finally {
    await admin.end({ timeout: 1 })
  }
}

async function dropDatabase(admin: postgres.Sql, name: string): Promise<void> {
  await admin.unsafe(`drop database if exists "${name}" with (force)`)
  for (const role of ['owner', 'app', 'system']) await admin.unsafe(`drop role if exists "${name}_${role}"`)
}

function databaseUrl(adminUrl: string, name: string, through?: { host: string; port: number }): string {
  const { hostname, port } = new URL(adminUrl)
  return `postgres://${through?.host ?? hostname}:${through?.port ?? (port || 5432)}/${name}`
}

function randomPassword(): string {
  return randomBytes(16).toString('hex')
}

import postgres from 'postgres'
import { scramVerifier } from './scram.ts'

/** The three roles of a service's database: migrations, requests, and background work across tenants. */
export type RolePasswords = { readonly owner: string; readonly app: string; readonly system: string }

/** Serialises every provisioning in one Postgres cluster: roles are shared by all its databases. */
const PROVISION_LOCK = 7_305_102_501

const NAME = /^[a-z][a-z0-9_]{0,40}$/
/** What a login of ours may be, set again on every run. */
const PLAIN_ROLE = 'login nosuperuser nobypassrls nocreatedb nocreaterole noreplication'

/**
 * Makes a service's database and its roles `<service>_owner`, `_app` and `_system`, or brings them up to date: repeatable,
 * also by several processes at once, and the way to change the passwords. What the owner creates later, app and system may
 * use by default privileges; row-level security then decides about rows.
 *
 * @param admin connected as a superuser, to any database of the cluster
 */
export async function provisionDatabase(
  admin: postgres.Sql,
  { service, passwords }: { readonly service: string; readonly passwords: RolePasswords },
): Promise<void> {
  const [owner, app, system] = [`${service}_owner`, `${service}_app`, `${service}_system`]
  await underLock(admin, async (session) => {
    await ensureRole(session, owner, passwords.owner)
    await ensureRole(session, app, passwords.app)
    await ensureRole(session, system, passwords.system)
    await ensureDatabase(session, service, owner)
    await session.unsafe(`grant connect on database ${quote(service)} to ${quote(app)}, ${quote(system)}`)
    await inDatabase(admin, service, async (inside) => {
      await closeSchema(inside, owner)
      for (const role of [app, system]) await grantDefaults(inside, owner, role)
    })
  })
}

/** A database and one role of the same name that owns it, for a program that brings its own migrations (Kratos, Keto). */
export async function provisionPlain(
  admin: postgres.Sql,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<void> {
  await underLock(admin, async (session) => {
    await ensureRole(session, name, password)
    await ensureDatabase(session, name, name)
    await inDatabase(admin, name, (inside) => closeSchema(inside, name))
  })
}

async function underLock(admin: postgres.Sql, work: (session: postgres.Sql) => Promise<void>): Promise<void> {
  // Reserving a connection that is yet to be opened never ends where the client asks for no types (postgres.js 3.4.9).
  await admin.unsafe('select 1')
  const session = await admin.reserve()
  try {
    await session.unsafe('select pg_advisory_lock($1)', [PROVISION_LOCK])
    try {
      await work(session)
    } finally {
      await session.unsafe('select pg_advisory_unlock($1)', [PROVISION_LOCK])
    }
  } finally {
    session.release()
  }
}

async function ensureRole(session: postgres.Sql, role: string, password: string): Promise<void> {
  if (password === '') throw new Error(`The password of the database role ${role} is empty`)
  const known = await session.unsafe('select 1 from pg_roles where rolname = $1', [role])
  if (known.length === 0) await session.unsafe(`create role ${quote(role)}`)
  // The verifier is base64 and `$`, so plain quotes hold it.
  await session.unsafe(`alter role ${quote(role)} ${PLAIN_ROLE} password '${scramVerifier(password)}'`)
}

async function ensureDatabase(session: postgres.Sql, name: string, owner: string): Promise<void> {
  const known = await session.unsafe('select 1 from pg_database where datname = $1', [name])
  if (known.length === 0) await session.unsafe(`create database ${quote(name)} owner ${quote(owner)} template template0 encoding 'UTF8'`)
  else await session.unsafe(`alter database ${quote(name)} owner to ${quote(owner)}`)
  await session.unsafe(`revoke all on database ${quote(name)} from public`)
}

async function closeSchema(session: postgres.Sql, owner: string): Promise<void> {
  await session.unsafe(`alter schema public owner to ${quote(owner)}`)
  await session.unsafe('revoke all on schema public from public')
}

async function grantDefaults(session: postgres.Sql, owner: string, role: string): Promise<void> {
  await session.unsafe(`grant usage on schema public to ${quote(role)}`)
  const defaults = `alter default privileges for role ${quote(owner)} in schema public`
  await session.unsafe(`${defaults} grant select, insert, update, delete on tables to ${quote(role)}`)
  await session.unsafe(`${defaults} grant usage, select on sequences to ${quote(role)}`)
}

/** Schemas belong to a database, so they are set up from inside it, with the administrator's own way of connecting. */
async function inDatabase(admin: postgres.Sql, name: string, work: (session: postgres.Sql) => Promise<void>): Promise<void> {
  const { host, port, user, pass, ssl } = admin.options
  const session = postgres({
    host: host[0] ?? 'localhost',
    port: port[0] ?? 5432,
    database: name,
    username: user,
    password: pass ?? '',
    ssl,
    max: 1,
    fetch_types: false,
    onnotice: () => {},
  })
  try {
    await work(session)
  } finally {
    await session.end({ timeout: 1 })
  }
}

/** @throws for anything but lower case letters, digits and underscores: our names need no more */
function quote(name: string): string {
  if (!NAME.test(name)) throw new Error(`Not a name for a database or role: ${JSON.stringify(name)}`)
  return `"${name}"`
}

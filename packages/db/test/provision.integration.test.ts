import { randomBytes } from 'node:crypto'
import { testServers } from '@app/testing/servers'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, afterEach, expect, it } from 'vitest'
import { openDatabase } from '../src/database.ts'
import { provisionDatabase, provisionPlain } from '../src/provision.ts'

const admin = postgres(testServers().postgresUrl, { max: 4, onnotice: () => {} })
const made: string[] = []
const newName = () => {
  const name = `provision_${randomBytes(4).toString('hex')}`
  made.push(name)
  return name
}
const newPasswords = () => ({
  owner: randomBytes(12).toString('hex'),
  app: randomBytes(12).toString('hex'),
  system: randomBytes(12).toString('hex'),
})
const { hostname, port } = new URL(testServers().postgresUrl)
const open = (service: string, role: string, password: string) =>
  openDatabase({ url: `postgres://${hostname}:${port || 5432}/${service}`, role, password, max: 1 })

afterEach(async () => {
  for (const name of made.splice(0)) {
    await admin.unsafe(`drop database if exists "${name}" with (force)`)
    for (const role of ['', '_owner', '_app', '_system']) await admin.unsafe(`drop role if exists "${name}${role}"`)
  }
})
afterAll(() => admin.end())

it('makes a database with three roles, none of which may more than it should', async () => {
  const service = newName()
  await provisionDatabase(admin, { service, passwords: newPasswords() })
  const roles = await admin`
    select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, rolcanlogin from pg_roles
    where rolname like ${`${service}%`} order by rolname`
  expect(roles.map(({ rolname }) => rolname)).toEqual([`${service}_app`, `${service}_owner`, `${service}_system`])
  for (const role of roles) {
    expect(role).toMatchObject({
      rolsuper: false,
      rolbypassrls: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolcanlogin: true,
    })
  }
  const [acl] = await admin`select has_database_privilege('public', ${service}, 'connect') as open`
  expect(acl?.['open']).toBe(false)
})

it('may be repeated, by several at once, changes passwords, and takes rights back that somebody added', async () => {
  const service = newName()
  await Promise.all([1, 2, 3].map(() => provisionDatabase(admin, { service, passwords: newPasswords() })))
  await admin.unsafe(`alter role "${service}_app" superuser bypassrls`)
  const passwords = newPasswords()
  await provisionDatabase(admin, { service, passwords })
  const [role] = await admin`select rolsuper, rolbypassrls from pg_roles where rolname = ${`${service}_app`}`
  expect(role).toEqual({ rolsuper: false, rolbypassrls: false })
  const database = open(service, `${service}_app`, passwords.app)
  await database.check.check()
  await database.close()
})

it('sends no password, whatever is in it', async () => {
  const service = newName()
  const nasty = `a'b"c\\d$$; drop table x; -- é${randomBytes(3).toString('hex')}`
  const statements: string[] = []
  const watched = postgres(testServers().postgresUrl, { max: 2, onnotice: () => {}, debug: (_, query) => statements.push(query) })
  await provisionDatabase(watched, { service, passwords: { owner: nasty, app: nasty, system: nasty } })
  await watched.end()
  expect(statements.some((statement) => statement.includes('SCRAM-SHA-256'))).toBe(true)
  expect(statements.join()).not.toContain('drop table')
  const [stored] = await admin`select rolpassword from pg_authid where rolname = ${`${service}_app`}`
  expect(stored?.['rolpassword']).toMatch(/^SCRAM-SHA-256\$4096:/)
})

it.each(['Upper', 'a-b', 'a"; drop database x; --', '', 'a'.repeat(60), '1a'])('refuses %j as a name', async (service) => {
  await expect(provisionDatabase(admin, { service, passwords: newPasswords() })).rejects.toThrow(/Not a name/)
})

it('refuses an empty password', async () => {
  const service = newName()
  await expect(provisionDatabase(admin, { service, passwords: { ...newPasswords(), app: '' } })).rejects.toThrow(`${service}_app is empty`)
})

it('gives a program a database that is all its own', async () => {
  const name = newName()
  await provisionPlain(admin, { name, password: 'first-password' })
  await provisionPlain(admin, { name, password: 'second-password' })
  const database = open(name, name, 'second-password')
  await database.db.execute(sql`create table mine (id int)`)
  await database.close()
})

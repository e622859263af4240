import { readFileSync } from 'node:fs'
import { PlainError } from '../plain-error.ts'
import { readIfThere } from '../state/files.ts'

/** How to run a program that must not be root: as ourselves, or, started by root, through `setpriv` as a system user. */
export type UnprivilegedUser = { prefix: readonly string[]; owner: { uid: number; gid: number } | null }

const capabilityBits = [
  ['dac_read_search', 2],
  ['dac_override', 1],
] as const
const lowPortsBit = 10

/**
 * Root starts Postgres (which refuses to run as root) and nginx as the system user `postgres`, else `nobody`. That user keeps one
 * capability, the right to pass folders that only root may enter: the checkout may lie in /root, and `.vestibule` itself is 0700.
 * `no_setuid_fixup` is there because Postgres asks `access(2)`, which otherwise forgets capabilities of a process that is not root.
 *
 * @param dataOwner the owner of an existing data folder, which decides.
 * @throws {PlainError} the machine offers no such user or capability.
 */
export function unprivilegedUser(
  dataOwner: { uid: number; gid: number } | null,
  setpriv: string | null,
  { mayUseLowPorts = false } = {},
): UnprivilegedUser {
  if (process.getuid?.() !== 0) return { prefix: [], owner: null }
  const owner = dataOwner !== null && dataOwner.uid !== 0 ? dataOwner : systemUser()
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`)
  const has = (bit: number) => ((effective >> BigInt(bit)) & 1n) === 1n
  const capability = capabilityBits.find(([, bit]) => has(bit))?.[0]
  if (setpriv === null || capability === undefined) {
    throw new PlainError('Postgres and nginx cannot be started as another user than root here: run `npm start` as an ordinary user.')
  }
  const kept = [capability, ...(mayUseLowPorts && has(lowPortsBit) ? ['net_bind_service'] : [])].map((name) => `+${name}`).join(',')
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--securebits=+no_setuid_fixup']
  return { prefix: [setpriv, ...identity, `--inh-caps=-all,${kept}`, `--ambient-caps=-all,${kept}`], owner }
}

function systemUser(): { uid: number; gid: number } {
  const lines = (readIfThere('/etc/passwd') ?? '').split('\n').map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const found = lines.find((fields) => fields[0] === name)
    if (found !== undefined) return { uid: Number(found[2]), gid: Number(found[3]) }
  }
  throw new PlainError('Postgres does not run as root, and there is no user `nobody` here: run `npm start` as an ordinary user.')
}

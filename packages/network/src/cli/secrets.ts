import { partsWithSecret } from '../manifest/secrets-of.ts'
import { manifest } from '../manifest.ts'
import { PlainError } from '../plain-error.ts'
import { listSecrets, retireSecret, rotateSecret } from '../secrets.ts'
import type { StatePaths } from '../state/paths.ts'
import { askSupervisor } from '../supervisor/control-client.ts'
import { findSupervisor } from '../supervisor/lock.ts'
import { parseArguments } from './arguments.ts'
import { commandEnvironment } from './environment.ts'

const usage = `usage: npm run secrets -- list | rotate NAME … | rotate --all | retire NAME … | retire --all
list    names, how many values are accepted, and who gets them; never a value
rotate  a new value; the old one is still accepted until it is retired (passwords of databases and broker change at once)
retire  forgets the old values`

const rotationTimeoutMs = 600_000

/** `npm run secrets`: while the network runs, its supervisor changes them and restarts the parts concerned one by one. */
export async function secretsCommand(args: readonly string[]): Promise<number> {
  const { positionals, switches, settings } = parseArguments(args, {
    usage,
    switches: ['--all'],
    variables: ['VESTIBULE_STATE'],
    positionals: [1, 100],
  })
  const [action, ...names] = positionals
  const { state } = commandEnvironment(settings)
  if (action === 'list' && names.length === 0) return list(state)
  if (action !== 'rotate' && action !== 'retire') throw new PlainError(usage, { exitCode: 2 })
  if (switches.has('--all') === names.length > 0) throw new PlainError(usage, { exitCode: 2 })
  const known = listSecrets(state.secrets)
  if (known.length === 0) throw new PlainError('There are no secrets yet: the first `npm start` makes them.')
  const unknown = names.filter((name) => !known.some((secret) => secret.name === name))
  if (unknown.length > 0) {
    throw new PlainError(`There is no secret named ${unknown.join(', ')}: \`npm run secrets -- list\` shows all.`, { exitCode: 2 })
  }
  const chosen = switches.has('--all')
    ? known.filter((secret) => action === 'rotate' || secret.values > 1).map((secret) => secret.name)
    : names
  return change(state, action, chosen)
}

function list(state: StatePaths): number {
  const secrets = listSecrets(state.secrets)
  if (secrets.length === 0) process.stdout.write('There are no secrets yet: the first `npm start` makes them.\n')
  const width = Math.max(0, ...secrets.map((secret) => secret.name.length))
  for (const { name, values, fingerprint } of secrets) {
    const holders = partsWithSecret(manifest, name).map((part) => part.name as string)
    if (name.startsWith('operator-')) holders.push('operator')
    process.stdout.write(
      `${name.padEnd(width)}  ${fingerprint}  ${values === 1 ? '1 value ' : `${values} values`}  ${holders.join(', ')}\n`,
    )
  }
  return 0
}

async function change(state: StatePaths, action: 'rotate' | 'retire', names: readonly string[]): Promise<number> {
  const done = action === 'rotate' ? 'rotated' : 'retired the old values of'
  if (findSupervisor(state) === null) {
    for (const name of names) action === 'rotate' ? rotateSecret(state.secrets, name) : retireSecret(state.secrets, name)
    process.stdout.write(`${capital(done)} ${names.join(', ')}. The next start uses them.\n`)
    return 0
  }
  const answer = await askSupervisor(state, { command: 'secrets', action, names: [...names] }, rotationTimeoutMs)
  if (answer?.ok !== true)
    throw new PlainError(answer === null ? 'The supervisor does not answer: `npm run status` tells why.' : answer.message)
  process.stdout.write(`${capital(done)} ${names.join(', ')}.\n${(answer.lines ?? []).map((line) => `${line}\n`).join('')}`)
  return 0
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

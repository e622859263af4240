import { manifest } from '../manifest.ts'
import { PlainError } from '../plain-error.ts'
import { parseArguments } from './arguments.ts'
import { commandEnvironment } from './environment.ts'
import { followLogs, logNames } from './follow-logs.ts'

const usage = 'usage: npm run logs [-- PART …] [-f] [--state FOLDER]\nThe last 100 lines of each part; -f goes on with what is added.'
const linesShown = 100

/** `npm run logs -- users -f`. */
export async function logsCommand(args: readonly string[]): Promise<number> {
  const { positionals, switches, settings } = parseArguments(args, {
    usage,
    switches: ['-f', '--follow'],
    variables: ['VESTIBULE_STATE'],
    positionals: [0, manifest.length],
  })
  const names: readonly string[] = manifest.map((part) => part.name)
  const unknown = positionals.filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new PlainError(`There is no part ${unknown.join(', ')}; there are ${names.join(', ')}.`, { exitCode: 2 })
  const { state } = commandEnvironment(settings)
  if (logNames(state).length === 0) throw new PlainError(`There are no logs in ${state.logs}: nothing was started here yet.`)
  const follow = switches.has('-f') || switches.has('--follow')
  process.stdout.on('error', () => process.exit(0)) // `npm run logs | head` closes our output
  await followLogs(state, positionals, { lines: linesShown, follow })
  return 0
}

import { askSupervisor } from '../supervisor/control-client.ts'
import { findSupervisor } from '../supervisor/lock.ts'
import { isAlive } from '../supervisor/proc.ts'
import { parseArguments } from './arguments.ts'
import { commandEnvironment } from './environment.ts'

const usage = 'usage: npm run stop [-- --state FOLDER]'
const patienceMs = 15_000

/** `npm run stop`: returns when nothing runs any more. */
export async function stopCommand(args: readonly string[]): Promise<number> {
  const { settings } = parseArguments(args, { usage, variables: ['VESTIBULE_STATE'] })
  const { state } = commandEnvironment(settings)
  const startedAt = performance.now()
  const supervisor = findSupervisor(state)
  if (supervisor === null) {
    process.stdout.write('Nothing runs here.\n')
    return 0
  }
  const answer = await askSupervisor(state, { command: 'stop' }, patienceMs)
  // No control socket (its folder was deleted): the signal does the same.
  if (answer?.ok !== true && isAlive(supervisor.pid, supervisor.startTime)) process.kill(supervisor.pid, 'SIGTERM')
  while (isAlive(supervisor.pid, supervisor.startTime) && performance.now() - startedAt < patienceMs)
    await new Promise((resolve) => setTimeout(resolve, 50))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  if (isAlive(supervisor.pid, supervisor.startTime)) {
    process.stderr.write(
      `The network still runs after ${seconds} s (process ${supervisor.pid}): press Ctrl-C twice where it was started, or \`kill -9 ${supervisor.pid}\`.\n`,
    )
    return 1
  }
  process.stdout.write(`Stopped in ${seconds} s.\n`)
  return 0
}

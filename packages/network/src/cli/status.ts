import { askSupervisor } from '../supervisor/control-client.ts'
import type { PartView, StatusView } from '../supervisor/control-protocol.ts'
import { findSupervisor } from '../supervisor/lock.ts'
import { parseArguments } from './arguments.ts'
import { commandEnvironment } from './environment.ts'

const usage = 'usage: npm run status [-- --json] [--state FOLDER]'

/** `npm run status`: exit code 0 when every part is ready, else 1. */
export async function statusCommand(args: readonly string[]): Promise<number> {
  const { switches, settings } = parseArguments(args, { usage, switches: ['--json'], variables: ['VESTIBULE_STATE'] })
  const { state } = commandEnvironment(settings)
  const answer = await askSupervisor(state, { command: 'status' })
  if (answer?.ok !== true || answer.status === undefined) {
    const supervisor = findSupervisor(state)
    const reason =
      answer?.ok === false
        ? answer.message
        : supervisor === null
          ? 'Nothing runs here; `npm start` starts the network.'
          : `Process ${supervisor.pid} is starting or stopping.`
    process.stdout.write(switches.has('--json') ? `${JSON.stringify({ running: false, reason, parts: [] })}\n` : `${reason}\n`)
    return 1
  }
  process.stdout.write(
    switches.has('--json') ? `${JSON.stringify({ running: true, ...answer.status }, null, 2)}\n` : `${statusTable(answer.status)}\n`,
  )
  return answer.status.ready ? 0 : 1
}

function statusTable({ parts, publicUrl, pssKib }: StatusView): string {
  const cells = parts.map((part) => [part.name, part.state, restarts(part), ports(part), `${megabytes(part.pssKib)} MB`, part.reason ?? ''])
  const head = ['part', 'state', 'restarts', 'ports', 'memory', 'reason']
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === head.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [`${publicUrl}, ${megabytes(pssKib)} MB in all`, '', line(head), ...cells.map(line)].join('\n')
}

const megabytes = (kib: number) => Math.round((kib * 1024) / 1_000_000)
const restarts = (part: PartView) => (part.restarts === 0 ? '' : String(part.restarts))
const ports = (part: PartView) =>
  Object.entries(part.ports)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ')

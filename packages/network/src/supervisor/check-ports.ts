import type { Part } from '../manifest/types.ts'
import { PlainError } from '../plain-error.ts'
import { isFree, type Ports, portOf } from '../ports.ts'
import { portHolder } from './proc.ts'

/** @throws {PlainError} a port is taken: which, by whom, and the variable that changes it. All taken ports are named at once. */
export async function checkPorts(parts: readonly Part[], ports: Ports): Promise<void> {
  const taken: string[] = []
  for (const part of parts) {
    for (const port of part.ports) {
      const number = portOf(ports, part.name, port.name)
      if (!(await isFree(number))) taken.push(`Port ${number} (${part.name}) is taken by ${holderOf(number)}; ${port.variable} moves it.`)
    }
  }
  if (taken.length > 0) throw new PlainError([...taken, 'VESTIBULE_PORT_SHIFT=1000 moves all ports at once.'].join('\n'))
}

function holderOf(number: number): string {
  const holder = portHolder(number)
  if (holder === null || holder === 'unknown') return "another user's process"
  return `process ${holder.pid} (${holder.command.slice(0, 100)})`
}

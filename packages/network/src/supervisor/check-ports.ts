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
      if (!(await becomesFree(number)))
        taken.push(`Port ${number} (${part.name}) is taken by ${holderOf(number)}; ${port.variable} moves it.`)
    }
  }
  if (taken.length > 0) throw new PlainError([...taken, 'VESTIBULE_PORT_SHIFT (for example 1000) moves all ports at once.'].join('\n'))
}

/** A connection that is about to close, or a part of a network that just stopped, is given a moment. */
async function becomesFree(number: number): Promise<boolean> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    if (await isFree(number)) return true
    if (portHolder(number) !== null && attempt > 2) return false
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return false
}

function holderOf(number: number): string {
  const holder = portHolder(number)
  if (holder === null) return 'a connection that does not end'
  if (holder === 'unknown') return "another user's process"
  return `process ${holder.pid} (${holder.command.slice(0, 100)})`
}

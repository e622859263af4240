import type { PartView, StatusView } from './control-protocol.ts'
import type { Network } from './network.ts'
import { commandLine, listProcesses, type Process, processTree, pssKib } from './proc.ts'
import type { NetworkContext } from './types.ts'

/** Every part and every process of the network, with what each takes of the memory. */
export function statusView(context: NetworkContext, network: Network, startedAt: string): StatusView {
  const all = listProcesses()
  const parts = network.statuses().map((status): PartView => {
    const part = context.parts.find((candidate) => candidate.name === status.name)
    const processes = status.pid === null ? [] : viewProcesses(processTree(status.pid, all))
    const ports = Object.fromEntries((part?.ports ?? []).map((port) => [port.name, context.ports[`${status.name}.${port.name}`] ?? 0]))
    return { ...status, title: part?.title ?? '', ports, processes, pssKib: sum(processes) }
  })
  const own = supervisorView(network, all)
  const view = [...parts, own]
  const ready = parts.every((part) => part.state === 'ready')
  return { publicUrl: context.publicUrl, state: context.state.root, startedAt, ready, parts: view, pssKib: sum(view) }
}

const sum = (views: readonly { pssKib: number }[]) => views.reduce((total, view) => total + view.pssKib, 0)

const viewProcesses = (processes: readonly Process[]) =>
  processes.map(({ pid, command }) => ({ pid, command: commandLine(pid) || command, pssKib: pssKib(pid) }))

/** The supervisor, its guardian, and the programs it has started that belong to no part (migrations). */
function supervisorView(network: Network, all: readonly Process[]): PartView {
  const guardian = network.guardianPid()
  const pids = [process.pid, ...(guardian === null ? [] : [guardian])]
  const processes = viewProcesses(all.filter((candidate) => pids.includes(candidate.pid)))
  return {
    name: 'supervisor',
    title: 'starts, watches and stops the parts',
    state: 'ready',
    reason: null,
    restarts: 0,
    pid: process.pid,
    ports: {},
    processes,
    pssKib: sum(processes),
  }
}

/** What Linux' /proc tells about processes. Everything here answers with "nothing" when a process is gone meanwhile. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export type Process = { pid: number; ppid: number; session: number; state: string; startTime: string; command: string }

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null // gone, or not ours to read
  }
}

export function readProcess(pid: number): Process | null {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === null) return null
  // The command name is in parentheses and may hold blanks and parentheses itself.
  const end = stat.lastIndexOf(')')
  const fields = stat.slice(end + 2).split(' ')
  const [state = '', ppid = '', , session = ''] = fields
  return {
    pid,
    ppid: Number(ppid),
    session: Number(session),
    state,
    startTime: fields[19] ?? '',
    command: stat.slice(stat.indexOf('(') + 1, end),
  }
}

export const listProcesses = (): Process[] =>
  readdirSync('/proc').flatMap((name) => {
    const process = /^\d+$/.test(name) ? readProcess(Number(name)) : null
    return process === null ? [] : [process]
  })

const isZombie = (process: Process) => process.state === 'Z' || process.state === 'X'

/** Whether the process runs and is still the one that started then (pids are used again). */
export function isAlive(pid: number, startTime?: string): boolean {
  const process = readProcess(pid)
  return process !== null && !isZombie(process) && (startTime === undefined || process.startTime === startTime)
}

/** The process and everything it started, also what made sessions of its own (Erlang's helpers, Postgres' children). */
export function processTree(root: number, all: readonly Process[] = listProcesses()): Process[] {
  const found = new Map<number, Process>()
  const visit = (process: Process) => {
    if (found.has(process.pid) || isZombie(process)) return
    found.set(process.pid, process)
    for (const child of all) if (child.ppid === process.pid || child.session === process.pid) visit(child)
  }
  for (const process of all) if (process.pid === root || process.session === root) visit(process)
  return [...found.values()]
}

export const commandLine = (pid: number): string => (read(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim()

/** Proportional set size in KiB: private memory plus the process' share of what it shares. */
export function pssKib(pid: number): number {
  const match = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')
  return match?.[1] === undefined ? 0 : Number(match[1])
}

/** Inodes of sockets that listen on a TCP port, from the kernel's tables for IPv4 and IPv6. */
function listeningInodes(port: number): Set<string> {
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (read(table) ?? '').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      const [, local = '', , state] = fields
      const inode = fields[9]
      if (state === '0A' && inode !== undefined && Number.parseInt(local.split(':')[1] ?? '', 16) === port) inodes.add(inode)
    }
  }
  return inodes
}

export type PortHolder = { pid: number; command: string } | 'unknown'

/** Who listens on a port: null for nobody, `unknown` when it is another user's process. */
export function portHolder(port: number): PortHolder | null {
  const inodes = listeningInodes(port)
  if (inodes.size === 0) return null
  for (const { pid } of listProcesses()) {
    if (socketInodes(pid).some((inode) => inodes.has(inode))) return { pid, command: commandLine(pid) }
  }
  return 'unknown'
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((file) => {
      const match = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${file}`))
      return match?.[1] === undefined ? [] : [match[1]]
    })
  } catch {
    return []
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

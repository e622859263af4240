import { isAlive, type Process, readProcess } from './proc.ts'

const furthest = 5

/**
 * Whether the npm that started us, or a shell between it and us, is gone: then nobody is left at the terminal to stop us.
 * Started without npm, the answer is always no.
 */
export function watchNpm(): () => boolean {
  const chain: Process[] = []
  let process = readProcess(globalThis.process.ppid)
  while (process !== null && chain.length < furthest) {
    chain.push(process)
    if (process.command.startsWith('npm')) return () => chain.some((one) => !isAlive(one.pid, one.startTime))
    process = readProcess(process.ppid)
  }
  return () => false
}

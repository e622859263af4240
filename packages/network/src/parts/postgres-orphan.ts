import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { PlainError } from '../plain-error.ts'
import { readIfThere } from '../state/files.ts'
import { commandLine, isAlive } from '../supervisor/proc.ts'
import { signalProcess } from '../supervisor/spawn-part.ts'

const fastShutdownMs = 10_000
const immediateShutdownMs = 3_000

/**
 * A Postgres that outlived its supervisor (both it and the guardian were killed) still holds the data folder: it is shut down.
 * A pid file whose pid now belongs to another program is removed, because Postgres would take that program for a Postgres.
 *
 * @throws {PlainError} it cannot be stopped.
 */
export async function endOrphanedPostgres(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  const pid = Number(readIfThere(file)?.split('\n')[0] ?? '0')
  if (!Number.isInteger(pid) || pid <= 1) return
  if (!isAlive(pid) || !commandLine(pid).includes(data)) {
    rmSync(file, { force: true })
    return
  }
  signalProcess(pid, 'SIGINT')
  if (await ends(pid, fastShutdownMs)) return
  signalProcess(pid, 'SIGQUIT')
  if (await ends(pid, immediateShutdownMs)) return
  throw new PlainError(`A Postgres of an earlier run (pid ${pid}) does not stop: end it with \`kill -9 ${pid}\` and start again.`)
}

async function ends(pid: number, timeoutMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 50) {
    if (!isAlive(pid)) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return !isAlive(pid)
}

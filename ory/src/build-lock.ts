import { randomUUID } from 'node:crypto'
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

const beatMs = 1_000
const staleMs = 10_000

export interface LockOptions {
  /** Called once, when somebody else holds the lock. */
  onWait: () => void
  /** Says that the lock is no longer needed, because its holder has done the work. */
  isDone: () => Promise<boolean>
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/**
 * Takes the lock file, or returns null when the work was done while waiting for it.
 *
 * The holder touches the file every second; one untouched for 10 s belongs to a killed process and is taken over. Two holders
 * at once, which a suspended process can cause, only waste work: results are put in place by renaming.
 */
export async function takeLock(path: string, options: LockOptions): Promise<(() => Promise<void>) | null> {
  const deadline = performance.now() + options.timeoutMs
  let told = false
  for (;;) {
    const release = await tryLock(path)
    if (release) return release
    if (!told) options.onWait()
    told = true
    await delay(200, undefined, options.signal ? { signal: options.signal } : {})
    if (await options.isDone()) return null
    if (performance.now() > deadline) throw new Error(`still locked by another process: ${path}`)
  }
}

async function tryLock(path: string): Promise<(() => Promise<void>) | null> {
  const token = `${process.pid} ${randomUUID()}`
  try {
    await writeFile(path, token, { flag: 'wx' })
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    const age = await stat(path).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    )
    if (age > staleMs) await rm(path, { force: true })
    return null
  }
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => clearInterval(beat)), beatMs)
  beat.unref()
  return async () => {
    clearInterval(beat)
    const current = await readFile(path, 'utf8').catch(() => '')
    if (current === token) await rm(path, { force: true })
  }
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'

const largestBytes = 20_000_000
const everyMs = 60_000

/**
 * Keeps each log below about 20 MB, with one older copy (`x.log.1`). Parts hold their log open to append, so it is copied and
 * emptied in place; what is written between the two is lost, which a development log can bear.
 *
 * @returns stops it.
 */
export function trimLogs(folder: string): () => void {
  const timer = setInterval(() => {
    try {
      for (const name of readdirSync(folder)) if (name.endsWith('.log')) trim(join(folder, name))
    } catch {
      // A folder that somebody deleted, a disk that is full: the logs matter least then.
    }
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

function trim(path: string): void {
  if (statSync(path).size < largestBytes) return
  copyFileSync(path, `${path}.1`)
  truncateSync(path, 0)
}

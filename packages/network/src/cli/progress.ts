import type { PartStatus } from '../supervisor/types.ts'

export type Progress = { say: (line: string) => void; onChange: (status: PartStatus) => void; elapsedMs: () => number }

/** How long a part may be silent about not being ready before its reason is shown. */
const patienceMs = 15_000

/** What a person sees while parts come up, die and come back: one line per event worth knowing. */
export function createProgress(): Progress {
  const startedAt = performance.now()
  const last = new Map<string, PartStatus & { since: number; isReported: boolean }>()
  const say = (line: string) => {
    process.stdout.write(`${line}\n`)
  }
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

  function onChange(status: PartStatus): void {
    const before = last.get(status.name)
    const isNewState = before?.state !== status.state
    const since =
      isNewState && status.state !== 'ready' && before?.state !== 'restarting' ? performance.now() : (before?.since ?? startedAt)
    const entry = { ...status, since, isReported: isNewState ? false : (before?.isReported ?? false) }
    last.set(status.name, entry)
    const name = status.name.padEnd(14)
    if (!isNewState) {
      if (status.state === 'starting' && status.reason !== null && !entry.isReported && performance.now() - since > patienceMs) {
        say(`  ${name} is not ready yet: ${status.reason}`)
        entry.isReported = true
      }
      return
    }
    if (status.state === 'ready')
      say(`  ${name} ${before?.state === 'unhealthy' ? 'healthy again' : 'ready'} (${seconds(performance.now() - startedAt)})`)
    else if (status.state === 'restarting') say(`  ${name} ${status.reason ?? 'died'} – starting it again (restart ${status.restarts})`)
    else if (status.state === 'unhealthy') say(`  ${name} unhealthy: ${status.reason}`)
  }
  return { say, onChange, elapsedMs: () => performance.now() - startedAt }
}

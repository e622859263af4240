/** The steps of `npm test`: each one is a command, a title and a way to count what it checked. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** How many checks a step made. A command without a count of its own is one check. */
export type Outcome = { title: string; passed: number; failed: number; skipped: number; durationMs: number }

export type Counts = { passed: number; failed: number; skipped: number }

export type Step = {
  title: string
  /** Program and arguments; `node_modules/.bin` comes first in PATH. */
  command: readonly [string, ...string[]]
  /** Reads the step's own counts after it ended; without it the command is one check. */
  count?: () => Promise<Counts>
  /** Needs nginx, RabbitMQ and a browser on this machine. */
  needsServers?: boolean
}

/** Runs one step with its output passed through; never throws for a failing command. */
export async function runStep(step: Step, root: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const startedAt = performance.now()
  const [program, ...args] = step.command
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  // `once` rejects when the program cannot even be started.
  const failure = await once(child, 'exit').then(
    ([code]) => code !== 0,
    () => true,
  )
  const durationMs = performance.now() - startedAt
  if (step.count === undefined) return { title: step.title, passed: failure ? 0 : 1, failed: failure ? 1 : 0, skipped: 0, durationMs }
  const counts = await step.count()
  // A runner that ended badly although no test failed (a crash, an unhandled error) must not pass; nor one that ran nothing.
  const mustFail = failure || counts.passed + counts.failed === 0
  return { title: step.title, ...counts, failed: mustFail ? Math.max(1, counts.failed) : counts.failed, durationMs }
}

/** The closing line that continuous integration reads. */
export function closingLine(outcomes: readonly Outcome[]): string {
  const sum = (key: keyof Counts) => outcomes.reduce((total, outcome) => total + outcome[key], 0)
  return `${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`
}

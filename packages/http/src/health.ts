/** `/health/live` says that the process answers, `/health/ready` whether its own dependencies do, with a reason for each. */
import type { Check, HealthView } from '@app/contracts/health'

const defaultTimeoutMs = 2000

/** Asks every check at once, each with a time limit; concurrent callers share one round. */
export function createReadiness(checks: readonly Check[], timeoutMs = defaultTimeoutMs): () => Promise<HealthView> {
  let running: Promise<HealthView> | null = null
  return () => {
    running ??= askAll(checks, timeoutMs).finally(() => {
      running = null
    })
    return running
  }
}

async function askAll(checks: readonly Check[], timeoutMs: number): Promise<HealthView> {
  const answers = await Promise.all(
    checks.map(async (check) => {
      const reason = await reasonOf(check, timeoutMs)
      return { name: check.name, ok: reason === null, required: check.required ?? true, reason }
    }),
  )
  return { status: answers.every(({ ok, required }) => ok || !required) ? 'ok' : 'down', checks: answers }
}

async function reasonOf({ check }: Check, timeoutMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${timeoutMs} ms`), timeoutMs)
  })
  try {
    return await Promise.race([check(), late])
  } catch (error) {
    return error instanceof Error ? error.message : 'failed'
  } finally {
    clearTimeout(timer)
  }
}

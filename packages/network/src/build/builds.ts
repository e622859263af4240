import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildOry } from '@app/ory-config/build'
import { PlainError } from '../plain-error.ts'
import type { Settings } from '../settings.ts'
import { findTargets } from './stale.ts'

/** What a network needs built, each begun at the first question and awaited by the part that needs it. */
export type Builds = {
  ory: () => Promise<{ kratos: string; keto: string }>
  service: (name: string) => Promise<void>
  web: () => Promise<void>
  /** Begins everything at once, so that compiling and starting Postgres overlap. */
  begin: () => void
  /** Ends builds that still run. */
  abort: () => void
}

export type BuildsOptions = {
  root: string
  settings: Settings
  services: readonly string[]
  withWeb: boolean
  withOry: boolean
  say: (line: string) => void
}

/** Builds run in processes of their own: esbuild and vite leave a supervisor's memory alone. */
export function createBuilds({ root, settings, services, withWeb, withOry, say }: BuildsOptions): Builds {
  const stop = new AbortController()
  const targets = once(async () => findTargets(root, services, withWeb))
  const bundles = once(async () =>
    buildStale(
      'services',
      (await targets()).filter((target) => target.kind === 'service'),
    ),
  )
  const web = once(async () =>
    buildStale(
      'web',
      (await targets()).filter((target) => target.kind === 'web'),
    ),
  )
  const ory = once(() => buildOry({ env: { ...process.env, ...settings }, signal: stop.signal, onProgress: say }))

  async function buildStale(what: string, all: Awaited<ReturnType<typeof targets>>): Promise<Map<string, string>> {
    const stale = all.filter((target) => target.isStale).map((target) => target.name)
    if (stale.length === 0) return new Map()
    say(`building ${what === 'web' ? 'the web app' : stale.join(', ')} …`)
    return runBuild(root, stale, stop.signal)
  }

  return {
    ory,
    service: async (name) => failIfNamed(await bundles(), name),
    web: async () => failIfNamed(await web(), 'web'),
    begin: () => {
      // Failures are reported by the part that needs the result.
      for (const begin of [...(withOry ? [ory] : []), bundles, web]) void begin().catch(() => {})
    },
    abort: () => stop.abort(),
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null
  return () => {
    result ??= work()
    return result
  }
}

function failIfNamed(failures: ReadonlyMap<string, string>, name: string): void {
  const reason = failures.get(name)
  if (reason !== undefined) throw new PlainError(`${name} does not build: ${reason}`)
}

/** `main.ts build NAME …` in another process. @returns the failures, by name. */
function runBuild(root: string, names: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    const args = [join(root, 'packages/network/src/cli/main.ts'), 'build', '--quiet', ...names]
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], signal })
    let errors = ''
    const failures = new Map<string, string>()
    child.stderr?.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString('utf8')).slice(-10_000)
    })
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'name' in message && 'reason' in message)
        failures.set(String(message.name), String(message.reason))
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0 || failures.size > 0) resolve(failures)
      else reject(new PlainError(`the build of ${names.join(', ')} ended with exit code ${code}: ${errors.trim()}`))
    })
  })
}

/**
 * How long a start and a stop take, and how much memory the idle network holds: `npm run bench -- boot [--cold] [--runs N]`.
 *
 * Works on a fresh clone of HEAD with ports of its own, so a running network is left alone. `--cold` also measures the first start:
 * nothing installed or built, an empty VESTIBULE_CACHE; what package managers keep on this machine stays warm. Linux only (PSS).
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { statePaths } from '@app/network/state/paths'
import { askSupervisor } from '@app/network/supervisor/control-client'
import type { StatusView } from '@app/network/supervisor/control-protocol'
import { findSupervisor } from '@app/network/supervisor/lock'

const { values } = parseArgs({ options: { cold: { type: 'boolean', default: false }, runs: { type: 'string', default: '5' } } })
const runs = Number.parseInt(values.runs, 10)
/** A network is idle when nobody used it for this long. */
const idleMs = 20_000
const bars = { coldMs: 360_000, warmMs: 20_000, stopMs: 10_000, idleMb: 800 }

const root = fileURLToPath(new URL('../..', import.meta.url))
const place = mkdtempSync(join(tmpdir(), 'vestibule-boot-'))
const clone = join(place, 'clone')
const state = statePaths(join(clone, '.vestibule'))
// Go's modules stay (a package cache), what it compiled does not.
const coldCache = { VESTIBULE_CACHE: join(place, 'cache'), GOCACHE: join(place, 'go-build') }
const env = { ...process.env, VESTIBULE_PORT_SHIFT: '2700', ...(values.cold ? coldCache : {}) }

async function status(): Promise<StatusView | null> {
  const answer = await askSupervisor(state, { command: 'status' }, 5_000)
  return answer?.ok === true ? (answer.status ?? null) : null
}

/** From the command to every part being ready, then idle memory, then the stop. */
async function measure(withMemory: boolean): Promise<{ startMs: number; stopMs: number; idleMb: number | null }> {
  const startedAt = performance.now()
  const child = spawn('npm', ['start'], { cwd: clone, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = once(child, 'exit')
  while ((await status())?.ready !== true) {
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode} before the network was ready`)
    if (performance.now() - startedAt > 1_200_000) throw new Error('the network was not ready within 20 minutes')
    await delay(50)
  }
  const startMs = performance.now() - startedAt
  let idleMb: number | null = null
  if (withMemory) {
    await delay(idleMs)
    idleMb = ((await status())?.pssKib ?? 0) / 1024
  }
  const stoppingAt = performance.now()
  child.kill('SIGTERM')
  await exited
  // npm may end first; the network is over when its supervisor is.
  while (findSupervisor(state) !== null) await delay(20)
  return { startMs, stopMs: performance.now() - stoppingAt, idleMb }
}

const print = (what: string, value: number, bar: number, unit: string) =>
  process.stdout.write(
    `${what.padEnd(28)} ${value.toFixed(unit === 's' ? 1 : 0).padStart(7)} ${unit.padEnd(3)} bar ${bar} ${unit}  ${value <= bar ? 'ok' : 'MISSED'}\n`,
  )
const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

try {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone])
  if (values.cold) print('cold start', (await measure(false)).startMs / 1000, bars.coldMs / 1000, 's')
  else await measure(false) // installs and builds; not measured
  const results = []
  for (let run = 0; run < runs; run += 1) results.push(await measure(run === 0))
  print(`warm start, median of ${runs}`, median(results.map((result) => result.startMs)) / 1000, bars.warmMs / 1000, 's')
  print(`stop, median of ${runs}`, median(results.map((result) => result.stopMs)) / 1000, bars.stopMs / 1000, 's')
  print('idle memory (sum of PSS)', results[0]?.idleMb ?? Number.NaN, bars.idleMb, 'MB')
} finally {
  rmSync(place, { recursive: true, force: true })
}

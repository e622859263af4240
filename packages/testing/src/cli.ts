/**
 * `npm test`: static checks, then unit, integration and browser tests, each with what it needs.
 *
 * `npm test -- --only unit,e2e` runs some of the steps; a wrong name lists them.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandEnvironment } from '@app/network/cli/environment'
import { ensureSystemPackages } from '@app/network/system-packages'
import { z } from 'zod'
import { closingLine, type Outcome, runStep, type Step } from './steps.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const VitestReport = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), numPendingTests: z.number() })

function vitest(project: string, reports: string): Step {
  const report = join(reports, `${project}.json`)
  return {
    title: project,
    needsServers: project !== 'unit',
    command: ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    count: async () => {
      const text = await readFile(report, 'utf8').catch(() => null)
      if (text === null) return { passed: 0, failed: 1, skipped: 0 }
      const { numPassedTests, numFailedTests, numPendingTests } = VitestReport.parse(JSON.parse(text))
      return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests }
    },
  }
}

function allSteps(reports: string): Step[] {
  return [
    { title: 'types', command: ['nx', 'run-many', '-t', 'typecheck', 'lint', '--outputStyle=static'] },
    { title: 'workspace', command: ['biome', 'check', '.'] },
    {
      title: 'dependencies',
      command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'packages', 'services', 'ory', 'proxy', 'bench'],
    },
    { title: 'unused', command: ['knip'] },
    vitest('unit', reports),
    vitest('integration', reports),
    vitest('e2e', reports),
  ]
}

/** What `npm start` would install, and the browser. */
async function prepareServers(): Promise<void> {
  const { settings, path } = commandEnvironment({})
  await ensureSystemPackages({ settings, path, say: (line) => process.stdout.write(`${line}\n`), withBrowser: true })
}

/** The steps named by `--only`, or all; null when the arguments make no sense. */
function chosen(steps: Step[], args: readonly string[]): Step[] | null {
  if (args.length === 0) return steps
  const names = args[0] === '--only' && args.length === 2 ? (args[1] ?? '').split(',') : []
  const picked = steps.filter((step) => names.includes(step.title))
  return picked.length > 0 && picked.length === names.length ? picked : null
}

async function main(args: readonly string[]): Promise<number> {
  const reports = await mkdtemp(join(tmpdir(), 'vestibule-test-'))
  const steps = chosen(allSteps(reports), args)
  if (steps === null) {
    const titles = allSteps(reports).map((step) => step.title)
    process.stderr.write(`Usage: npm test [-- --only STEP[,STEP…]]\nSteps: ${titles.join(', ')}\n`)
    return 2
  }
  if (steps.some((step) => step.needsServers === true)) await prepareServers()
  const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`
  const env = { ...process.env, PATH: path, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' }
  const outcomes: Outcome[] = []
  for (const step of steps) {
    process.stdout.write(`\n── ${step.title} ──\n`)
    outcomes.push(await runStep(step, root, env))
  }
  await rm(reports, { recursive: true, force: true })
  process.stdout.write('\n')
  for (const { title, passed, failed, durationMs } of outcomes) {
    process.stdout.write(
      `${failed === 0 ? 'ok  ' : 'FAIL'} ${title}: ${passed} passed, ${failed} failed (${(durationMs / 1000).toFixed(1)} s)\n`,
    )
  }
  process.stdout.write(`${closingLine(outcomes)}\n`)
  return outcomes.every((outcome) => outcome.failed === 0) ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))

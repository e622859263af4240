import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { type Counts, closingLine, runStep } from './steps.ts'

const run = (script: string, count?: Counts) =>
  runStep(
    { title: 'x', command: [process.execPath, '-e', script], ...(count === undefined ? {} : { count: () => Promise.resolve(count) }) },
    tmpdir(),
    process.env,
  )

it('counts a command without a count of its own as one check', async () => {
  expect(await run('')).toMatchObject({ passed: 1, failed: 0 })
  expect(await run('process.exit(3)')).toMatchObject({ passed: 0, failed: 1 })
})

it('fails a program that cannot be started', async () => {
  const outcome = await runStep({ title: 'x', command: ['/nowhere/program'] }, tmpdir(), process.env)
  expect(outcome).toMatchObject({ passed: 0, failed: 1 })
})

it('fails a runner that crashed although none of its tests failed', async () => {
  expect(await run('process.exit(1)', { passed: 4, failed: 0, skipped: 0 })).toMatchObject({ passed: 4, failed: 1 })
})

it('fails a runner that ran nothing', async () => {
  expect(await run('', { passed: 0, failed: 0, skipped: 2 })).toMatchObject({ failed: 1 })
})

it('closes with the sums of all steps', () => {
  const outcome = { title: 'x', passed: 2, failed: 1, skipped: 0, durationMs: 1 }
  expect(closingLine([outcome, outcome])).toBe('4 passed, 2 failed')
  expect(closingLine([{ ...outcome, skipped: 1 }])).toBe('2 passed, 1 failed, 1 skipped')
})

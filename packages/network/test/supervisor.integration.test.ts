import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { until } from '@app/testing/poll'
import { afterEach, expect, it } from 'vitest'
import { portOf } from '../src/ports.ts'
import { type Folder, processesOf, type Run, run, start, stateFolder, survivors } from './start-fixture.ts'

const folders: Folder[] = []
const runs: Run[] = []
async function network(parts: string, folder?: Folder, env?: Record<string, string>) {
  const own = folder ?? (await stateFolder())
  if (!folders.includes(own)) folders.push(own)
  const started = start(own, parts, env)
  runs.push(started)
  return { folder: own, started }
}

afterEach(async () => {
  for (const { child, exitCode } of runs.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await exitCode
  }
  for (const folder of folders.splice(0)) {
    await until(async () => survivors(folder, []).length === 0 || undefined, { timeoutMs: 15_000, everyMs: 100 })
    folder.remove()
  }
})

it('starts a killed part again and says so', async () => {
  const { started } = await network('mail')
  await started.ready
  const before = (await started.status()).parts.find((part) => part.name === 'mail')
  process.kill(before?.pid ?? 0, 'SIGKILL')
  const after = await until(
    async () => {
      const mail = (await started.status()).parts.find((part) => part.name === 'mail')
      return mail?.restarts === 1 && mail.state === 'ready' ? mail : undefined
    },
    { timeoutMs: 15_000, everyMs: 100 },
  )
  expect(after.pid).not.toBe(before?.pid)
  expect(started.output()).toMatch(/mail +was killed by SIGKILL.*starting it again \(restart 1\)/)
})

it('stops everything in order within 10 s and leaves no process behind', async () => {
  const { folder, started } = await network('postgres,rabbitmq,mail')
  await started.ready
  const processes = processesOf(await started.status())
  expect(processes.length).toBeGreaterThan(8)
  const stoppedAt = performance.now()
  started.child.kill('SIGINT')
  expect(await started.exitCode).toBe(0)
  expect(performance.now() - stoppedAt).toBeLessThan(10_000)
  expect(survivors(folder, processes)).toEqual([])
  expect(readdirSync(folder.state.run)).toEqual([])
})

it('kills everything at the second Ctrl-C', async () => {
  const { folder, started } = await network('rabbitmq,mail')
  await started.ready
  const processes = processesOf(await started.status())
  started.child.kill('SIGINT')
  await until(async () => started.output().includes('Stopping') || undefined, { timeoutMs: 5_000 })
  const first = performance.now()
  await until(async () => performance.now() - first > 750 || undefined, { timeoutMs: 2_000 })
  started.child.kill('SIGINT')
  await started.exitCode
  expect(performance.now() - first).toBeLessThan(4_000)
  expect(survivors(folder, processes)).toEqual([])
})

it.each(['when all is ready', 'in the middle of a start'])('leaves nothing behind when the supervisor is killed %s', async (moment) => {
  const { folder, started } = await network('postgres,rabbitmq,mail')
  await (moment === 'when all is ready'
    ? started.ready
    : until(
        async () =>
          (await started.status().catch(() => null))?.parts.some((part) => part.name === 'rabbitmq' && part.pid !== null) || undefined,
        { timeoutMs: 20_000 },
      ))
  const processes = processesOf(await started.status())
  started.child.kill('SIGKILL')
  await until(async () => survivors(folder, processes).length === 0 || undefined, { timeoutMs: 12_000, everyMs: 100 })
  const again = await network('postgres', folder)
  await again.started.ready
})

it('says what already runs, and stops it by command', async () => {
  const { folder, started } = await network('mail', undefined, { VESTIBULE_PUBLIC_URL: 'http://localhost:12345' })
  await started.ready
  const second = start(folder, 'mail')
  expect(await second.exitCode).toBe(0)
  expect(second.output()).toMatch(/already runs at http:\/\/localhost:12345.*npm run stop/)
  const stop = run(folder, ['stop'])
  expect(await stop.exitCode).toBe(0)
  expect(stop.output()).toMatch(/^Stopped in/)
  expect(await started.exitCode).toBe(0)
  expect(statSync(folder.state.root).mode & 0o777).toBe(0o700)
})

it('names a taken port, who holds it and the variable that moves it', async () => {
  const folder = await stateFolder()
  folders.push(folder)
  const number = portOf(folder.ports, 'mail', 'ui')
  const server = createServer().listen(number, '127.0.0.1')
  await once(server, 'listening')
  const { started } = await network('mail', folder)
  expect(await started.exitCode).toBe(1)
  expect(started.output()).toContain(`Port ${number} (mail) is taken by process ${process.pid}`)
  expect(started.output()).toContain('VESTIBULE_MAIL_PORT moves it')
  server.close()
})

it('runs two networks side by side', async () => {
  const both = await Promise.all([network('rabbitmq'), network('rabbitmq')])
  for (const { started } of both) await started.ready
  for (const { started } of both) expect((await started.status()).parts.every((part) => part.state === 'ready')).toBe(true)
})

it('shows a part that hangs as unhealthy, with the reason, and does not kill it', async () => {
  const { started } = await network('mail')
  await started.ready
  const pid = (await started.status()).parts.find((part) => part.name === 'mail')?.pid ?? 0
  const mail = async () => (await started.status()).parts.find((part) => part.name === 'mail')
  process.kill(pid, 'SIGSTOP')
  const frozen = await until(async () => ((await mail())?.state === 'unhealthy' ? mail() : undefined), { timeoutMs: 20_000, everyMs: 200 })
  expect(frozen).toMatchObject({ pid, restarts: 0, reason: expect.stringContaining('no answer') })
  process.kill(pid, 'SIGCONT')
  await until(async () => (await mail())?.state === 'ready' || undefined, { timeoutMs: 20_000, everyMs: 200 })
})

/** RabbitMQ looks for epmd by itself from time to time. If it finds none because ours was killed a moment ago, it must not start its own. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { until } from '@app/testing/poll'
import { afterEach, expect, it } from 'vitest'
import { findRabbitmq } from '../src/programs.ts'
import { type Folder, type Run, start, stateFolder, survivors } from './start-fixture.ts'

let folder: Folder
let started: Run

afterEach(async () => {
  started.child.kill('SIGTERM')
  await started.exitCode
  await until(() => survivors(folder, []).length === 0, { timeoutMs: 15_000, everyMs: 100 })
  folder.remove()
})

async function partOf(name: string) {
  const part = (await started.status()).parts.find((one) => one.name === name)
  if (part === undefined) throw new Error(`there is no ${name}`)
  return part
}

/** Has the broker look for epmd again and again for some seconds, with what it looks with each minute. */
async function lookForEpmd(): Promise<unknown> {
  const { pid } = await partOf('rabbitmq')
  const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  // Those of Erlang's own start script would keep the command from finding its own.
  const env = Object.fromEntries(variables.filter((one) => /^(RABBITMQ_|ERL_EPMD|ERL_FLAGS|HOME=|PATH=)/.test(one)).map(pair))
  const looks = 'erlang:spawn(fun() -> [begin rabbit_nodes_common:ensure_epmd(), timer:sleep(100) end || _ <- lists:seq(1, 10)] end).'
  const rabbitmqctl = join(dirname(findRabbitmq({}, process.env['PATH'] ?? '') ?? ''), 'rabbitmqctl')
  return promisify(execFile)(rabbitmqctl, ['eval', looks], { env, cwd: '/' })
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}

it('keeps its port while RabbitMQ looks for it and it is killed', async () => {
  folder = await stateFolder()
  started = start(folder, 'rabbitmq')
  await started.ready
  await lookForEpmd()
  for (let kills = 0; kills < 8; kills += 1) {
    const { pid } = await partOf('epmd')
    if (pid !== null) process.kill(pid, 'SIGKILL')
    await delay(500)
  }
  await until(async () => (await started.status()).ready, { timeoutMs: 20_000, everyMs: 100 })
  const { pid } = await partOf('epmd')
  await delay(3_000)
  expect(await partOf('epmd')).toMatchObject({ pid, state: 'ready' })
})

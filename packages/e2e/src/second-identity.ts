/** Another instance of identity beside the network's own, with other settings: what it is asked comes from one browser alone. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { until } from '@app/testing/poll'
import { freePorts } from '@app/testing/server-process'
import type { Page } from 'playwright-core'
import { partView } from './network.ts'

export type SecondIdentity = {
  /** From now on what `page` asks at these addresses goes here. */
  serve(page: Page, paths: RegExp): Promise<void>
  stop(): Promise<void>
}

/** As the network runs it: the same program and settings, but for those given. Linux. */
export async function startSecondIdentity(settings: Record<string, string>): Promise<SecondIdentity> {
  const { pid } = await partView('identity')
  const read = async (name: string) => (await readFile(`/proc/${pid}/${name}`, 'utf8')).split('\0').filter((text) => text !== '')
  const [program = '', ...args] = await read('cmdline')
  const env = Object.fromEntries(
    (await read('environ')).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const [port = 0, internalPort = 0] = await freePorts(2)
  const ports = { VESTIBULE_LISTEN_PORT: String(port), VESTIBULE_INTERNAL_PORT: String(internalPort) }
  const child = spawn(program, args, { env: { ...env, ...ports, ...settings }, stdio: 'ignore' })
  const host = env['VESTIBULE_LISTEN_HOST'] ?? '127.0.0.1'
  const isReady = () =>
    fetch(`http://${host}:${internalPort}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until(isReady, { timeoutMs: 30_000, everyMs: 200 })
  return {
    serve: async (page, paths) => {
      await page.unrouteAll()
      await page.route(paths, async (route) => {
        const { pathname, search } = new URL(route.request().url())
        const headers = await route.request().allHeaders()
        await route.fulfill({ response: await route.fetch({ url: `http://${host}:${port}${pathname}${search}`, headers }) })
      })
    },
    stop: () => stop(child),
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

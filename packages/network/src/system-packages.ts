import { spawn } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { PlainError } from './plain-error.ts'
import { findEpmd, findProgram, findRabbitmq } from './programs.ts'
import type { Settings } from './settings.ts'

type SystemPackage = { package: string; find: (settings: Settings, path: string) => string | null }

const packages: readonly SystemPackage[] = [
  { package: 'nginx', find: (settings, path) => settings['VESTIBULE_NGINX_BIN'] ?? findProgram('nginx', path) },
  { package: 'rabbitmq-server', find: (settings, path) => findRabbitmq(settings, path) && findEpmd(path) },
]
const browser: SystemPackage = {
  package: 'chromium',
  find: (_, path) => findProgram('chromium', path) ?? findProgram('google-chrome', path),
}

export type SystemPackageOptions = { settings: Settings; path: string; say: (line: string) => void; withBrowser?: boolean }

/**
 * nginx and RabbitMQ come from the system (and Chromium, for browser tests). Root on Debian gets them installed.
 *
 * @throws {PlainError} what is missing, and the command that installs it.
 */
export async function ensureSystemPackages({ settings, path, say, withBrowser = false }: SystemPackageOptions): Promise<void> {
  const needed = withBrowser ? [...packages, browser] : packages
  const missing = () => needed.filter((one) => one.find(settings, path) === null).map((one) => one.package)
  const names = missing()
  if (names.length === 0) return
  const command = `apt-get update && apt-get install -y ${names.join(' ')}`
  const apt = findProgram('apt-get', path)
  if (apt === null)
    throw new PlainError(`${names.join(' and ')} ${verb(names)} missing: install ${them(names)} with your system's package manager.`)
  if (process.getuid?.() !== 0)
    throw new PlainError(`${names.join(' and ')} ${verb(names)} missing: run \`sudo sh -c '${command}'\` and start again.`)
  say(`Installing ${names.join(' and ')} (${command}) …`)
  await withoutServices(async () => {
    await aptGet(apt, ['update'])
    await aptGet(apt, ['install', '-y', '--no-install-recommends', ...names])
  })
  const left = missing()
  if (left.length > 0) throw new PlainError(`${left.join(' and ')} could not be installed: run \`${command}\` to see why.`)
}

const verb = (names: readonly string[]) => (names.length === 1 ? 'is' : 'are')
const them = (names: readonly string[]) => (names.length === 1 ? 'it' : 'them')

const policy = '/usr/sbin/policy-rc.d'

/** Debian starts a service when its package is installed; ours are the network's own, and the system's would take ports. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  if (existsSync(policy)) return work()
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    rmSync(policy, { force: true })
  }
}

function aptGet(apt: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const child = spawn(apt, ['-qq', ...args], { stdio: ['ignore', 'ignore', 'pipe'], env })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-2_000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new PlainError(`apt-get ${args[0]} failed: ${errors.trim().split('\n').at(-1) ?? `exit code ${code}`}`))
    })
  })
}

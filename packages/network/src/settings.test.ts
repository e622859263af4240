import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { manifest } from './manifest.ts'
import { resolvePorts } from './ports.ts'
import { readSettings } from './settings.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const localEnv = (text: string) => {
  writeFileSync(join(folder, 'local.env'), text)
  return join(folder, 'local.env')
}

it('takes a flag before the environment before local.env', () => {
  const file = localEnv('# mine\nVESTIBULE_PORT_SHIFT=3\nVESTIBULE_LOG_LEVEL="debug"\nexport VESTIBULE_ADMIN_EMAIL=me@example.org\n')
  const settings = readSettings(manifest, { VESTIBULE_PORT_SHIFT: '1' }, { VESTIBULE_PORT_SHIFT: '2', VESTIBULE_LOG_LEVEL: 'warn' }, file)
  expect(settings).toEqual({ VESTIBULE_PORT_SHIFT: '1', VESTIBULE_LOG_LEVEL: 'warn', VESTIBULE_ADMIN_EMAIL: 'me@example.org' })
})

it.each([
  ['VESTIBULE_PROT_SHIFT=1', 'sets VESTIBULE_PROT_SHIFT, which nothing reads'],
  ['just words', 'is not NAME=value'],
])('refuses %j in local.env, naming the line', (line, reason) => {
  expect(() => readSettings(manifest, {}, {}, localEnv(`\n${line}\n`))).toThrow(`line 2, ${reason}`)
})

it('shifts all ports, and lets a variable set one', () => {
  const ports = resolvePorts(manifest, { VESTIBULE_PORT_SHIFT: '1000', VESTIBULE_PROXY_PORT: '8123' })
  expect(ports).toMatchObject({ 'proxy.http': 8123, 'mail.ui': 2080, 'identity.internal': 5011 })
})

it.each([
  [{ VESTIBULE_PROXY_PORT: 'http' }, 'VESTIBULE_PROXY_PORT must be a whole number from 1 to 65535, not "http"'],
  [{ VESTIBULE_PORT_SHIFT: '60000' }, 'VESTIBULE_PORT_SHIFT=60000 would make it'],
  [{ VESTIBULE_PROXY_PORT: '1080' }, 'Port 1080 is wanted by'],
])('refuses %j', (settings, reason) => {
  expect(() => resolvePorts(manifest, settings)).toThrow(reason)
})

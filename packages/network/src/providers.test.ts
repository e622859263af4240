import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readProviders } from './providers.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vestibule-providers-'))
  writeFileSync(join(folder, 'google.secret'), 'hush-hush\n')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function listed(text: string): string {
  const path = join(folder, 'providers.yml')
  writeFileSync(path, text)
  return path
}
const google = (over = '') =>
  listed(`providers:\n  - { id: google, kind: google, label: Google, clientId: abc, clientSecretFile: google.secret${over} }\n`)

it('takes YAML and JSON, with secrets from files beside the list', () => {
  const expected = [{ id: 'google', kind: 'google', clientId: 'abc', clientSecret: 'hush-hush', pkce: 'auto', trustsEmail: false }]
  expect(readProviders(google())).toMatchObject(expected)
  const json = { providers: [{ id: 'google', kind: 'google', label: 'Google', clientId: 'abc', clientSecretFile: 'google.secret' }] }
  expect(readProviders(listed(JSON.stringify(json)))).toMatchObject(expected)
})

it.each([
  [', issuer: https://id.example.org', /providers\.yml: providers\.0\.issuer: google has its own/],
  [', pkce: sometimes', /providers\.0\.pkce: /],
  [', clientSecret: hush-hush', /providers\.0: .*clientSecret/],
  [', mapperFile: none.jsonnet', /providers\.0\.mapperFile names none\.jsonnet, which cannot be read \(ENOENT\)/],
])('refuses %s and names the field, never the secret', (over, sentence) => {
  expect(() => readProviders(google(over))).toThrow(sentence)
  expect(() => readProviders(google(over))).not.toThrow(/hush-hush/)
})

it('names the file where a secret is missing, and a list that is none', () => {
  expect(() => readProviders(listed('providers: [{ id: g, kind: google, label: G, clientId: abc }]'))).toThrow(
    /providers\.0\.clientSecretFile: is missing/,
  )
  expect(() => readProviders(listed('providers: ['))).toThrow(/neither JSON nor YAML/)
  expect(() => readProviders(listed('- google'))).toThrow(/the list: /)
  expect(() => readProviders(join(folder, 'none.yml'))).toThrow(/cannot be read \(ENOENT\)/)
})

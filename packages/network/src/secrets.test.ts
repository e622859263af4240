import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ensureSecrets, listSecrets, retireSecret, rotateSecret, secretValues } from './secrets.ts'

let folder = ''
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'secrets')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

it('makes what is missing, for the owner only, and leaves what is there', () => {
  expect(ensureSecrets(folder, ['users-to-identity', 'kratos-cipher'])).toEqual(['users-to-identity', 'kratos-cipher'])
  const [value = ''] = secretValues(folder, 'users-to-identity')
  expect(Buffer.from(value, 'base64url')).toHaveLength(32)
  expect(secretValues(folder, 'kratos-cipher')[0]).toHaveLength(32)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'kratos-cipher')).mode & 0o777).toBe(0o600)
  expect(ensureSecrets(folder, ['users-to-identity', 'users-broker'])).toEqual(['users-broker'])
  expect(secretValues(folder, 'users-to-identity')).toEqual([value])
})

it('makes a secret again whose file is empty', () => {
  ensureSecrets(folder, ['kratos-cookie'])
  writeFileSync(join(folder, 'kratos-cookie'), '\n')
  expect(ensureSecrets(folder, ['kratos-cookie'])).toEqual(['kratos-cookie'])
})

it('keeps accepting the old value after a rotation, until it is retired', () => {
  ensureSecrets(folder, ['kratos-cookie'])
  const [old] = secretValues(folder, 'kratos-cookie')
  rotateSecret(folder, 'kratos-cookie')
  const [current, ...accepted] = secretValues(folder, 'kratos-cookie')
  expect(accepted).toEqual([old])
  expect(current).not.toBe(old)
  expect(retireSecret(folder, 'kratos-cookie')).toBe(1)
  expect(secretValues(folder, 'kratos-cookie')).toEqual([current])
})

it.each(['users-database-app', 'kratos-database', 'users-broker', 'rabbitmq-cookie', 'postgres-superuser'])(
  'replaces %s at once, because only one value can hold',
  (name) => {
    ensureSecrets(folder, [name])
    const [old] = secretValues(folder, name)
    rotateSecret(folder, name)
    expect(secretValues(folder, name)).toHaveLength(1)
    expect(secretValues(folder, name)).not.toContain(old)
  },
)

it('shows no value in the list, and says what to do about an unknown name', () => {
  ensureSecrets(folder, ['users-broker'])
  const [value = ''] = secretValues(folder, 'users-broker')
  expect(JSON.stringify(listSecrets(folder))).not.toContain(value)
  expect(() => rotateSecret(folder, 'nobody')).toThrow('npm run secrets -- list')
})

import { expect, it } from 'vitest'
import type { Part } from './manifest/types.ts'
import { manifest } from './manifest.ts'
import { manifestProblems } from './manifest-check.ts'

const changed = (name: string, change: Partial<Part>): Part[] =>
  manifest.map((part) => (part.name === name ? { ...part, ...change } : part))

it('finds nothing wrong with the manifest', () => {
  expect(manifestProblems(manifest)).toEqual([])
})

it.each<[string, Part[], RegExp]>([
  ['a circle of dependencies', changed('postgres', { dependsOn: ['users'] }), /postgres waits for users waits for postgres/],
  [
    'a port that two parts use',
    changed('mail', { ports: [{ name: 'ui', default: 8080, variable: 'VESTIBULE_X_PORT' }] }),
    /port 8080 is used twice/,
  ],
  ['a segment with two owners', changed('notifications', { segments: ['users'] }), /\/api\/v1\/users has two owners/],
  [
    'a caller without a secret',
    changed('identity', { callers: ['kratos', 'users', 'operator', 'notifications'] }),
    /identity accepts notifications without a secret/,
  ],
  ['a call that nobody accepts', changed('users', { callers: [] }), /notifications calls users, which does not accept it/],
  ['an address of a port that does not exist', changed('kratos', { ports: [] }), /names kratos\.public, which does not exist/],
  ['a namespace with two owners', changed('users', { namespaces: ['Platform'] }), /namespace Platform has two owners/],
  ['a database with two owners', changed('users', { database: { name: 'kratos', roles: 'plain' } }), /database kratos has two owners/],
])('reports %s', (_, parts, problem) => {
  expect(manifestProblems(parts).join('\n')).toMatch(problem)
})

it('keeps all ports below the range of outgoing connections, also when shifted by a few thousand', () => {
  const ports = manifest.flatMap((part) => part.ports.map((port) => port.default))
  expect(Math.max(...ports)).toBeLessThan(32_768 - 10_000)
  for (const shift of [100, 200, 500, 1_000, 2_000, 5_000, 10_000]) {
    expect(ports.filter((port) => ports.includes(port + shift))).toEqual([])
  }
})

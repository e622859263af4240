import { expect, it } from 'vitest'
import { allSecrets } from '../manifest/secrets-of.ts'
import { manifest } from '../manifest.ts'
import { partsToRestart } from './change-secrets.ts'

it('restarts the called before the caller, so that both always share a value', () => {
  expect(partsToRestart(manifest, ['kratos-to-identity'])).toEqual(['identity', 'kratos'])
  const all = partsToRestart(manifest, allSecrets(manifest))
  expect(all.indexOf('identity')).toBeLessThan(all.indexOf('users'))
  expect(all.indexOf('users')).toBeLessThan(all.indexOf('notifications'))
  expect(all.indexOf('notifications')).toBeLessThan(all.indexOf('kratos'))
})

it('restarts nothing for passwords that no serving process holds', () => {
  expect(partsToRestart(manifest, ['postgres-superuser', 'users-database-owner'])).toEqual([])
})

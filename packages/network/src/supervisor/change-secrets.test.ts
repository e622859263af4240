import { expect, it } from 'vitest'
import { allSecrets } from '../manifest/secrets-of.ts'
import { manifest } from '../manifest.ts'
import { partsToRestart } from './change-secrets.ts'

it('restarts the called before the caller, so that both always share a value', () => {
  expect(partsToRestart(manifest, ['kratos-to-identity'])).toEqual(['identity', 'kratos'])
  const all = partsToRestart(manifest, allSecrets(manifest))
  // Identity, users and notifications call each other in a ring: somebody has to be first.
  for (const called of ['identity', 'users', 'notifications'] as const) expect(all.indexOf(called)).toBeLessThan(all.indexOf('kratos'))
  expect(partsToRestart(manifest, ['users-to-identity'])).toEqual(['identity', 'users'])
  expect(partsToRestart(manifest, ['identity-to-notifications'])).toEqual(['notifications', 'identity'])
})

it('restarts nothing for passwords that no serving process holds', () => {
  expect(partsToRestart(manifest, ['postgres-superuser', 'users-database-owner'])).toEqual([])
})

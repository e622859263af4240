/** Everything that is known about a person, collected over all services, as nginx hands it out. */
import { ArchiveView } from '@app/contracts/archive'
import { testServers } from '@app/testing/servers'
import { expect, it } from 'vitest'
import { call, register } from '../src/api-person.ts'

it('is one file of every service, and about nobody else', async () => {
  const { publicUrl } = testServers()
  const [ann, bob] = [await register(publicUrl, 'archive'), await register(publicUrl, 'other')]
  expect((await call(publicUrl, 'GET', '/api/v1/users/me', { token: ann.token })).status).toBe(200)
  const heard = await call(publicUrl, 'GET', '/api/v1/archive', { token: ann.token })
  expect([heard.status, heard.headers.get('cache-control')]).toEqual([200, expect.stringContaining('no-store')])
  const { services } = ArchiveView.parse(heard.json)
  expect(Object.keys(services).sort()).toEqual(['identity', 'notifications', 'users'])
  expect(services['users']?.['profile']).toMatchObject([{ email: ann.email }])
  expect(services['notifications']?.['messages']?.length).toBeGreaterThan(0)
  for (const foreign of [bob.userId, bob.email, ann.token, ann.password]) expect(heard.text).not.toContain(foreign)
})

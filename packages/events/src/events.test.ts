import { expect, it } from 'vitest'
import { z } from 'zod'
import { contactChanged } from './contact-changed.ts'
import { credentialsChanged } from './credentials-changed.ts'
import { defineEvent } from './define-event.ts'
import { identityChanged } from './identity-changed.ts'
import { identityRegistered } from './identity-registered.ts'
import { personInvited } from './person-invited.ts'
import { userRegistered } from './user-registered.ts'

const envelope = {
  specversion: '1.0',
  id: '019aa1f0-0000-7000-8000-000000000001',
  subject: '019aa1f0-0000-7000-8000-000000000002',
  time: '2026-11-21T09:00:00.000Z',
  version: 1,
}

it.each([
  [identityRegistered, {}],
  [identityChanged, { change: 'verified' }],
  [identityChanged, { change: 'state', state: 'inactive' }],
  [personInvited, { invitationId: envelope.id, again: false }],
  [userRegistered, {}],
  [contactChanged, { kind: 'email' }],
  [credentialsChanged, { change: 'recovery-code-used', left: 2 }],
] as const)('parses a sample of $type', (contract, data) => {
  const sample = { ...envelope, type: contract.type, source: contract.source, data }
  expect(contract.parse(JSON.parse(JSON.stringify(sample)))).toEqual(sample)
})

it('leaves out what a later version added', () => {
  const sample = { ...envelope, type: userRegistered.type, source: 'users', data: { later: true }, futureattribute: 1 }
  expect(userRegistered.parse(sample)).not.toHaveProperty('futureattribute')
  expect(userRegistered.parse(sample).data).toEqual({})
})

it.each([
  ['another type', { type: 'users.user.registered.v2' }],
  ['another source', { source: 'tenants' }],
  ['an id that is none', { id: 'x' }],
  ['no subject', { subject: undefined }],
  ['version zero', { version: 0 }],
  ['a time that is none', { time: 'today' }],
  ['data that is no object', { data: 'x' }],
  ['a forged traceparent', { traceparent: 'x\r\ny' }],
])('refuses %s', (_, change) => {
  expect(() => userRegistered.parse({ ...envelope, type: userRegistered.type, source: 'users', data: {}, ...change })).toThrow(z.ZodError)
})

it('refuses to define an event under another service’s name', () => {
  expect(() => defineEvent({ type: 'users.user.gone.v1', source: 'tenants', data: z.object({}) })).toThrow(/users.user.gone.v1/)
})

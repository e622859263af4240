import { expect, it } from 'vitest'
import { aFlow, csrf } from '../testing/flows.ts'
import type { FlowKind } from './flow.ts'
import { isLinking, providerWords } from './provider-words.ts'

it.each<[FlowKind, string | null, number, number, string | null]>([
  ['login', 'oidc', 0, 4_000_001, 'provider.notSignedIn'],
  ['registration', 'oidc', 0, 4_000_001, 'provider.notSignedIn'],
  ['login', 'password', 1, 4_000_001, null],
  ['login', 'oidc', 0, 4_000_007, null],
  ['settings', null, 0, 4_000_001, 'provider.notLinked'],
  ['settings', null, 1, 4_000_001, null],
  ['settings', null, 0, 4_000_007, 'provider.taken'],
  ['settings', null, 0, 1_050_001, null],
])('%s, last tried %s, after %d answers: %d is told as %s', (kind, active, answers, id, words) => {
  expect(providerWords({ kind, flow: aFlow([csrf()], { active }), answers }, { id })).toBe(words)
})

it('knows a flow that links two accounts', () => {
  expect(isLinking(aFlow([csrf()], { messages: [{ id: 1_010_016, text: 'Link', type: 'info' }] }))).toBe(true)
  expect(isLinking(aFlow([csrf()]))).toBe(false)
  expect(isLinking(null)).toBe(false)
})

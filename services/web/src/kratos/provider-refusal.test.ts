import { describe, expect, it } from 'vitest'
import { aFlow, csrf, input, loginNodes } from '../testing/flows.ts'
import { isButton } from './flow.ts'
import { providerRefusal, sentNodes } from './forms.ts'

const provider = input('provider', 'submit', { group: 'oidc', value: 'local' })
const refusal = { id: 9_000_022, text: 'Not confirmed', type: 'error' }

describe('somebody whom a provider sent to register', () => {
  it('is told why not, wherever the release puts the fields that nobody may send', () => {
    for (const group of ['oidc', 'default']) {
      const flow = aFlow([csrf(), input('traits.email', 'email', { group, messages: [refusal] }), provider])
      expect(providerRefusal(flow)?.map(({ id }) => id)).toEqual([9_000_022])
    }
  })

  it('is nobody who fills in a form', () => {
    expect(providerRefusal(aFlow([...loginNodes(), provider]))).toBeNull()
    const own = input('method', 'submit', { group: 'password', value: 'password' })
    expect(providerRefusal(aFlow([csrf(), input('traits.email', 'email'), own, provider]))).toBeNull()
  })

  it('sends nothing along but the token: no traits, nothing that is hidden for another way in', () => {
    const { nodes } = aFlow([
      csrf(),
      input('identifier', 'hidden', { value: 'ada@example.org' }),
      input('passkey_login', 'hidden', { group: 'passkey' }),
      input('traits.email', 'email', { group: 'oidc' }),
      input('traits.locale', 'hidden', { value: 'nl' }),
      provider,
    ]).ui
    const sent = sentNodes(nodes, nodes.filter(isButton)[0] ?? null)
    expect(sent.map(({ attributes }) => ('name' in attributes ? attributes.name : ''))).toEqual(['csrf_token', 'provider'])
  })
})

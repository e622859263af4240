import { describe, expect, it } from 'vitest'
import { aFlow, csrf, input } from '../testing/flows.ts'
import { submissionOf } from './values.ts'

function form(entries: [string, string][]): FormData {
  const data = new FormData()
  for (const [name, value] of entries) data.append(name, value)
  return data
}

describe('what is sent to Kratos', () => {
  const nodes = aFlow([
    csrf(),
    input('traits.email', 'email', { required: true }),
    input('traits.phone', 'tel'),
    input('traits.age', 'number'),
    input('traits.newsletter', 'checkbox'),
    input('traits.terms', 'checkbox', { required: true }),
    input('transient', 'hidden', { value: true }),
  ]).ui.nodes

  it('nests names, keeps types, leaves out what may be empty and is', () => {
    const data = form([
      ['csrf_token', 'token-1'],
      ['traits.email', 'ada@example.org'],
      ['traits.phone', ''],
      ['traits.age', '36'],
      ['traits.terms', 'on'],
      ['transient', 'true'],
      ['method', 'profile'],
    ])
    expect(submissionOf(nodes, data)).toEqual({
      csrf_token: 'token-1',
      traits: { email: 'ada@example.org', age: 36, newsletter: false, terms: true },
      transient: true,
      method: 'profile',
    })
  })

  it('sends an empty field that is required, so that the server can say so', () => {
    expect(submissionOf(nodes, form([['traits.email', '']]))).toMatchObject({ traits: { email: '' } })
  })

  it('never reaches into an object prototype', () => {
    const body = submissionOf(
      [],
      form([
        ['__proto__.polluted', 'yes'],
        ['constructor.prototype.polluted', 'yes'],
        ['a.__proto__.polluted', 'yes'],
      ]),
    )
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(body).toEqual({ a: {} })
  })
})

import { describe, expect, it } from 'vitest'
import { aFlow, csrf, input, loginNodes, submit } from '../testing/flows.ts'
import '../testing/languages.ts'
import type { Node } from './flow.ts'
import { isButton } from './flow.ts'
import { checkedFields, prepared, sentNodes, separatePlans, wholePlan } from './forms.ts'
import { labelText } from './texts.ts'

const names = (nodes: readonly Node[]) =>
  nodes.map((node) => (node.attributes.node_type === 'input' ? node.attributes.name : node.attributes.node_type))
const pressedIn = (nodes: Node[], group: string) => nodes.filter(isButton).find((node) => node.group === group) ?? null

describe('forms of a flow', () => {
  it('show all ways on one, in our order', () => {
    const { nodes } = aFlow([submit('code'), ...loginNodes()]).ui
    expect(wholePlan(nodes).groups.map(({ group }) => group)).toEqual(['default', 'password', 'code'])
  })

  it('have the main button before the one that sends a new code, also after a wrong one', () => {
    const resend = input('resend', 'submit', { group: 'code', value: 'code' })
    const { nodes } = aFlow([csrf(), resend, input('code', 'text', { group: 'code' }), submit('code')]).ui
    expect(names(wholePlan(nodes).groups[1]?.nodes ?? [])).toEqual(['code', 'method', 'resend'])
  })

  it('are one per method where asked, each with the token', () => {
    const flow = aFlow([
      csrf(),
      input('totp_code', 'text', { group: 'totp' }),
      submit('totp'),
      input('lookup_secret', 'text', { group: 'lookup_secret' }),
      submit('lookup_secret'),
    ])
    const plans = separatePlans(flow.ui.nodes)
    expect(plans.map(({ group }) => group)).toEqual(['totp', 'lookup_secret'])
    for (const plan of plans) expect(names(plan.nodes)).toContain('csrf_token')
  })

  it('put what was switched on later behind what we know', () => {
    const flow = aFlow([
      csrf(),
      submit('hologram'),
      submit('oidc'),
      input('password', 'password', { group: 'password' }),
      submit('password'),
    ])
    expect(separatePlans(flow.ui.nodes).map(({ group }) => group)).toEqual(['password', 'oidc', 'hologram'])
  })

  it('ask for the password after the name, whatever order Kratos has', () => {
    const flow = aFlow([
      csrf(),
      input('traits.email', 'email', { group: 'password' }),
      input('password', 'password', { group: 'password' }),
      input('traits.name', 'text', { group: 'password' }),
      submit('password'),
    ])
    expect(names(wholePlan(flow.ui.nodes).groups[1]?.nodes ?? [])).toEqual(['traits.email', 'traits.name', 'password', 'method'])
  })
})

describe('our rules for traits', () => {
  const traits = (value?: string) => [
    csrf(),
    input('traits.email', 'email', { group: 'profile', value: 'ada@example.org', required: true }),
    input('traits.name', 'text', { group: 'profile', value: 'Ada', required: true }),
    input('traits.locale', 'text', { group: 'profile', required: true }),
    input('traits.phone', 'tel', { group: 'profile', ...(value ? { value } : {}) }),
  ]
  const typeOf = (nodes: Node[], name: string) =>
    nodes.flatMap(({ attributes }) =>
      attributes.node_type === 'input' && attributes.name === name ? [[attributes.type, attributes.value]] : [],
    )[0]

  it('hide language and phone at registration, and take the language of the screen', () => {
    const nodes = prepared('registration', aFlow(traits()), 'nl')
    expect(typeOf(nodes, 'traits.locale')).toEqual(['hidden', 'nl'])
    expect(typeOf(nodes, 'traits.phone')).toBeUndefined()
    expect(typeOf(nodes, 'traits.email')?.[0]).toBe('email')
  })

  it('send e-mail address and phone number along unseen in the settings', () => {
    const nodes = prepared('settings', aFlow(traits('+31612345678')), 'en')
    expect(typeOf(nodes, 'traits.email')).toEqual(['hidden', 'ada@example.org'])
    expect(typeOf(nodes, 'traits.phone')).toEqual(['hidden', '+31612345678'])
    expect(typeOf(prepared('settings', aFlow(traits()), 'en'), 'traits.phone')).toBeUndefined()
    expect(typeOf(nodes, 'traits.locale')?.[0]).toBe('text')
  })

  it('let password managers find the identifier', () => {
    const [, identifier] = prepared('login', aFlow(loginNodes()), 'en')
    expect(identifier?.attributes).toMatchObject({ autocomplete: 'username' })
  })
})

describe('the field of who signs in', () => {
  const either = input('identifier', 'text', { required: true, label: { id: 1070004, text: 'ID' } })
  const labelOf = (nodes: unknown[]) => prepared('login', aFlow(nodes), 'en').map((node) => labelText('en', node))[0]

  it('speaks of a phone number where one may get a code, and nowhere else', () => {
    expect(labelOf([either, submit('password'), submit('code')])).toBe('E-mail address or phone number')
    expect(labelOf([either, submit('password')])).toBe('E-mail address')
    expect(labelOf([input('identifier', 'text', { label: { id: 1070002, text: 'E-mail' } }), submit('code')])).toBe('E-mail address')
  })
})

describe('a pressed button', () => {
  const { nodes } = aFlow([...loginNodes(), submit('code'), input('resend', 'submit', { group: 'code', value: 'code' })]).ui

  it('leaves the secrets of other methods behind', () => {
    expect(names(sentNodes(nodes, pressedIn(nodes, 'code')))).not.toContain('password')
    expect(names(sentNodes(nodes, pressedIn(nodes, 'password')))).toContain('password')
  })

  it('needs only its own fields and the shared ones to be right; a resend needs none', () => {
    expect(names(checkedFields(nodes, pressedIn(nodes, 'code')))).toEqual(['identifier'])
    expect(names(checkedFields(nodes, pressedIn(nodes, 'password')))).toEqual(['identifier', 'password'])
    expect(checkedFields(nodes, nodes.filter(isButton).at(-1) ?? null)).toEqual([])
  })
})

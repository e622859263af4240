/** Flows as Kratos sends them, for tests. */
import { Flow, type Message } from '../kratos/flow.ts'

export const flowId = '98d38595-289c-422f-8e3e-27385aab315b'
export const otherFlowId = '0d5efba9-259e-4bb8-8562-ac4348ced47f'

export interface InputParts {
  readonly group?: string
  readonly value?: string | boolean | number
  readonly required?: boolean
  readonly messages?: Partial<Message>[]
  readonly label?: { id: number; text: string; context?: Record<string, unknown> }
  readonly [attribute: string]: unknown
}

export function input(name: string, type: string, { group = 'default', messages = [], label, ...attributes }: InputParts = {}) {
  return {
    type: 'input',
    group,
    attributes: { node_type: 'input', name, type, disabled: false, ...attributes },
    messages,
    meta: label ? { label: { type: 'info', ...label } } : {},
  }
}

export const csrf = (value = 'token-1') => input('csrf_token', 'hidden', { value, required: true })
export const submit = (group: string, id = 1070005, text = 'Submit') =>
  input('method', 'submit', { group, value: group, label: { id, text } })

export function flowBody(nodes: unknown[] | null, rest: Record<string, unknown> = {}) {
  const { messages, ...outer } = rest
  return {
    id: flowId,
    type: 'browser',
    ui: { action: 'https://elsewhere.example/self-service/login?flow=x', method: 'POST', nodes, ...(messages ? { messages } : {}) },
    ...outer,
  }
}

export function aFlow(nodes: unknown[] | null, rest: Record<string, unknown> = {}): Flow {
  return Flow.parse(flowBody(nodes, rest))
}

/** Sign-in with a password, as Kratos v1.3.1 sends it. */
export const loginNodes = (token = 'token-1', value = '') => [
  csrf(token),
  input('identifier', 'text', { value, required: true, label: { id: 1070002, text: 'E-mail', context: { title: 'E-mail' } } }),
  input('password', 'password', {
    group: 'password',
    required: true,
    autocomplete: 'current-password',
    label: { id: 1070001, text: 'Password' },
  }),
  input('method', 'submit', { group: 'password', value: 'password', label: { id: 1010022, text: 'Sign in with password' } }),
]

/** How a login flow that has sent a code looks: made here, from what was typed, so that it cannot tell whether anybody has the address. */
import { z } from 'zod'

export const sentCode = 1_010_014
/** Nobody signs in with what was typed. */
export const unknownAccount = 4_000_035
const wrongCode = 4_010_008
const tooOften = 4_000_001
const wrongPassword = 4_000_006
/** As many tries of one flow as Kratos takes. */
const maxTries = 5

/** What is the same for everybody; Kratos gives it. */
export const LoginFlow = z.object({
  id: z.uuid(),
  organization_id: z.unknown().optional(),
  type: z.string(),
  expires_at: z.string(),
  issued_at: z.string(),
  request_url: z.string(),
  return_to: z.string().optional(),
  created_at: z.string(),
  updated_at: z.string(),
  refresh: z.boolean(),
  requested_aal: z.string(),
  state: z.string(),
  ui: z.object({
    action: z.string(),
    method: z.string(),
    messages: z.array(z.object({ id: z.number() })).nullish(),
    nodes: z.array(z.object({ attributes: z.object({ name: z.string().optional(), value: z.unknown().optional() }) })),
  }),
})
export type LoginFlow = z.infer<typeof LoginFlow>

/** Kratos' own words (v1.3.1, v26.2.0); people are shown ours, by the ids. */
const messages: Readonly<Record<number, { text: string; type: string }>> = {
  [sentCode]: {
    text: 'An email containing a code has been sent to the email address you provided. If you have not received an email, check the spelling of the address and retry the login.',
    type: 'info',
  },
  [wrongCode]: { text: 'The login code is invalid or has already been used. Please try again.', type: 'error' },
  [tooOften]: { text: 'The request was submitted too often. Please request another code.', type: 'error' },
  [wrongPassword]: {
    text: 'The provided credentials are invalid, check for spelling mistakes in your password or username, email address, or phone number.',
    type: 'error',
  },
}

export type Asked = 'send' | 'code' | 'password'

/** What the flow says next. @param tries with this one */
export function nextMessage(asked: Asked, tries: number): number {
  if (asked === 'send') return sentCode
  if (asked === 'password') return wrongPassword
  return tries > maxTries ? tooOften : wrongCode
}

export function codeFlow(flow: LoginFlow, typed: string, message: number): unknown {
  const { id, organization_id, type, expires_at, issued_at, request_url, return_to, created_at, updated_at, refresh, requested_aal, ui } =
    flow
  const csrf = ui.nodes.find(({ attributes }) => attributes.name === 'csrf_token')?.attributes.value ?? ''
  return {
    id,
    organization_id,
    type,
    expires_at,
    issued_at,
    request_url,
    ...(return_to === undefined ? {} : { return_to }),
    active: 'code',
    ui: {
      action: ui.action,
      method: ui.method,
      nodes: [
        input('default', { name: 'csrf_token', type: 'hidden', value: csrf, required: true }),
        input('default', { name: 'identifier', type: 'hidden', value: typed }),
        input('code', { name: 'code', type: 'text', required: true }, [1_070_013, 'Login code']),
        input('code', { name: 'resend', type: 'submit', value: 'code' }, [1_070_008, 'Resend code']),
        input('code', { name: 'method', type: 'hidden', value: 'code' }),
        input('code', { name: 'method', type: 'submit', value: 'code' }, [1_070_009, 'Continue']),
      ],
      messages: [{ id: message, ...messages[message] }],
    },
    created_at,
    updated_at,
    refresh,
    requested_aal,
    state: 'sent_email',
  }
}

function input(group: string, attributes: Record<string, unknown>, label?: readonly [number, string]) {
  const meta = label === undefined ? {} : { label: { id: label[0], text: label[1], type: 'info' } }
  return { type: 'input', group, attributes: { ...attributes, disabled: false, node_type: 'input' }, messages: [], meta }
}

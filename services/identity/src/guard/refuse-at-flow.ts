/** A refusal of the guard in Kratos' own form: the flow as it stands, with one message more. */
import { InvalidRequest } from '@app/contracts/common-problems'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import type { Passage } from './steps.ts'

const timeoutMs = 3_000

/** Ids are stable: the web shows its own sentence for each. */
const refusals = {
  codeSpent: { id: 9_000_011, text: 'This code was used before. Wait for the next one.' },
  termsNotAccepted: { id: 9_000_013, text: 'Accept the terms that are in force.' },
  passwordSame: { id: 9_000_012, text: 'This is the password that you have. Choose another one.' },
  textMessageNotEnough: {
    id: 9_000_014,
    text: 'You signed in with a text message. Sign in again with a password, a passkey, an app or a code by mail to change this.',
  },
} as const

const Message = z.looseObject({ id: z.number() })
const Node = z.looseObject({ attributes: z.looseObject({ name: z.string().optional() }), messages: z.array(Message).nullish() })
const Flow = z.looseObject({ ui: z.looseObject({ nodes: z.array(Node), messages: z.array(Message).nullish() }) })

/**
 * @param field where the message belongs; above the form when the flow has no such field
 * @throws {InvalidRequest} Kratos shows the flow to nobody with these credentials.
 */
export async function refuseAtFlow(
  { kratosPublic }: Pick<Deps, 'kratosPublic'>,
  { guarded, submission }: Passage,
  name: keyof typeof refusals,
  field: string,
): Promise<UpstreamAnswer> {
  const { id, text } = refusals[name]
  const flow = guarded.kind === 'flow' ? guarded.flow : 'login'
  const flowId = submission.lockKey?.slice('flow:'.length) ?? ''
  const { 'content-type': _, ...headers } = submission.headers
  const shown = await kratosPublic.call({ method: 'GET', path: `/self-service/${flow}/flows?id=${flowId}`, headers, timeoutMs })
  const read = Flow.safeParse(jsonOf(shown))
  if (shown.status !== 200 || !read.success) throw InvalidRequest(undefined, { errors: [{ path: `body.${field}`, message: text }] })
  const body = Buffer.from(JSON.stringify(withMessage(read.data, field, { id, text, type: 'error', context: {} })))
  return { status: 400, headers: { 'content-type': 'application/json' }, body }
}

function withMessage(flow: z.infer<typeof Flow>, field: string, message: z.infer<typeof Message>): unknown {
  const { nodes, messages } = flow.ui
  if (!nodes.some(({ attributes }) => attributes.name === field))
    return { ...flow, ui: { ...flow.ui, messages: [...(messages ?? []), message] } }
  const marked = nodes.map((node) => (node.attributes.name === field ? { ...node, messages: [message] } : node))
  return { ...flow, ui: { ...flow.ui, nodes: marked } }
}

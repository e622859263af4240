/** What we read of Kratos' answers. Parsed loosely on purpose: a node or a field that we do not know must not break a screen. */
import { z } from 'zod'

export const Message = z.object({
  id: z.number(),
  text: z.string(),
  type: z.string().default('info'),
  context: z.record(z.string(), z.unknown()).nullish(),
})
export type Message = z.infer<typeof Message>

const Text = Message.nullish()

const InputAttributes = z.object({
  node_type: z.literal('input'),
  name: z.string(),
  type: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  required: z.boolean().nullish(),
  disabled: z.boolean().nullish(),
  autocomplete: z.string().nullish(),
  pattern: z.string().nullish(),
  maxlength: z.number().nullish(),
  label: Text,
  /** Names a function that a script of Kratos puts on `window`; `onclick` holds the same as code, which our policy forbids. */
  onclickTrigger: z.string().nullish(),
  onloadTrigger: z.string().nullish(),
})
export type InputAttributes = z.infer<typeof InputAttributes>

const AnchorAttributes = z.object({ node_type: z.literal('a'), id: z.string().nullish(), href: z.string(), title: Text })
const ImageAttributes = z.object({
  node_type: z.literal('img'),
  id: z.string().nullish(),
  src: z.string(),
  width: z.number().nullish(),
  height: z.number().nullish(),
})
const TextAttributes = z.object({ node_type: z.literal('text'), id: z.string().nullish(), text: Message })
const ScriptAttributes = z.object({ node_type: z.literal('script'), id: z.string().nullish(), src: z.string() })

const Attributes = z.discriminatedUnion('node_type', [InputAttributes, AnchorAttributes, ImageAttributes, TextAttributes, ScriptAttributes])

const Node = z.object({
  type: z.string(),
  group: z.string(),
  attributes: Attributes,
  messages: z
    .array(Message)
    .nullish()
    .transform((list) => list ?? []),
  meta: z.object({ label: Text }).nullish(),
})
export type Node = z.infer<typeof Node>
export type InputNode = Node & { attributes: InputAttributes }

/** Drops nodes of kinds that did not exist when this was written; Kratos sends null instead of an empty list. */
const Nodes = z
  .array(z.unknown())
  .nullish()
  .transform((list) =>
    (list ?? []).flatMap((item) => {
      const parsed = Node.safeParse(item)
      return parsed.success ? [parsed.data] : []
    }),
  )

export const Flow = z.object({
  id: z.string(),
  expires_at: z.string().nullish(),
  state: z.string().nullish(),
  return_to: z.string().nullish(),
  active: z.string().nullish(),
  refresh: z.boolean().nullish(),
  requested_aal: z.string().nullish(),
  ui: z.object({
    action: z.string(),
    method: z.string(),
    nodes: Nodes,
    messages: z
      .array(Message)
      .nullish()
      .transform((list) => list ?? []),
  }),
})
export type Flow = z.infer<typeof Flow>

const FlowReference = z.object({ id: z.string() })

/** What Kratos suggests next; steps of kinds that we do not know are dropped. */
const NextStep = z.discriminatedUnion('action', [
  z.object({ action: z.literal('show_verification_ui'), flow: FlowReference }),
  z.object({ action: z.literal('show_settings_ui'), flow: FlowReference }),
  z.object({ action: z.literal('show_recovery_ui'), flow: FlowReference }),
  z.object({ action: z.literal('redirect_browser_to'), redirect_browser_to: z.string() }),
])
export type NextStep = z.infer<typeof NextStep>

export const NextSteps = z
  .array(z.unknown())
  .nullish()
  .transform((list) =>
    (list ?? []).flatMap((item) => {
      const parsed = NextStep.safeParse(item)
      return parsed.success ? [parsed.data] : []
    }),
  )

export const flowKinds = ['login', 'registration', 'verification', 'recovery', 'settings'] as const
export type FlowKind = (typeof flowKinds)[number]

/** True for nodes that a person types into or ticks, not for buttons and hidden ones. */
export function isField(node: Node): node is InputNode {
  return node.attributes.node_type === 'input' && !['hidden', 'submit', 'button'].includes(node.attributes.type)
}

export function isHidden(node: Node): node is InputNode {
  return node.attributes.node_type === 'input' && node.attributes.type === 'hidden'
}

export function isButton(node: Node): node is InputNode {
  return node.attributes.node_type === 'input' && (node.attributes.type === 'submit' || node.attributes.type === 'button')
}

/** What we read of Kratos' answers. Parsed loosely on purpose: a node or a field that we do not know must not break a screen. */
import * as z from 'zod/mini'

/** `null` and a missing field mean the same to Kratos. */
const maybe = <Schema extends z.core.$ZodType>(schema: Schema) => z.nullish(schema)

/** A list from which items that do not fit are dropped; Kratos sends null instead of an empty one. */
const tolerantList = <Schema extends z.ZodMiniType>(item: Schema) =>
  z.pipe(
    maybe(z.array(z.unknown())),
    z.transform((list) =>
      (list ?? []).flatMap((one): z.output<Schema>[] => {
        const parsed = item.safeParse(one)
        return parsed.success ? [parsed.data] : []
      }),
    ),
  )

export const Message = z.object({
  id: z.number(),
  text: z.string(),
  type: z._default(z.string(), 'info'),
  context: maybe(z.record(z.string(), z.unknown())),
})
export type Message = z.infer<typeof Message>

const Text = maybe(Message)

/** Kratos' label of the field in which a person says who they are, where that may be an address or a number. */
export const addressOrNumber = 1070004

const InputAttributes = z.object({
  node_type: z.literal('input'),
  name: z.string(),
  type: z.string(),
  value: maybe(z.union([z.string(), z.number(), z.boolean()])),
  required: maybe(z.boolean()),
  disabled: maybe(z.boolean()),
  /** Ours: shown, sent, and not to be changed here. */
  readonly: maybe(z.boolean()),
  autocomplete: maybe(z.string()),
  pattern: maybe(z.string()),
  maxlength: maybe(z.number()),
  label: Text,
})
export type InputAttributes = z.infer<typeof InputAttributes>

const AnchorAttributes = z.object({ node_type: z.literal('a'), href: z.string(), title: Text })
const ImageAttributes = z.object({ node_type: z.literal('img'), src: z.string() })
const TextAttributes = z.object({ node_type: z.literal('text'), text: Message })

const Attributes = z.discriminatedUnion('node_type', [InputAttributes, AnchorAttributes, ImageAttributes, TextAttributes])

const Node = z.object({
  type: z.string(),
  group: z.string(),
  attributes: Attributes,
  messages: tolerantList(Message),
  meta: maybe(z.object({ label: Text })),
})
export type Node = z.infer<typeof Node>
export type InputNode = Node & { attributes: InputAttributes }

/** Nodes of kinds that did not exist when this was written are dropped, and scripts: ours are files of our own. */
export const Flow = z.object({
  id: z.string(),
  state: maybe(z.string()),
  /** The way in that was tried last. */
  active: maybe(z.string()),
  refresh: maybe(z.boolean()),
  requested_aal: maybe(z.string()),
  ui: z.object({ nodes: tolerantList(Node), messages: tolerantList(Message) }),
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
export const NextSteps = tolerantList(NextStep)

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

import { Button } from 'antd'
import { Fragment, type SubmitEvent, useEffect, useRef, useState } from 'react'
import type { MessageKey } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'
import { faultOf } from './check-field.ts'
import { submitAddress } from './client.ts'
import type { Flow, FlowKind, InputNode, Node } from './flow.ts'
import { isButton, isField } from './flow.ts'
import { checkedFields, type FormPlan, hiddenNodes, sentNodes } from './forms.ts'
import { InputField } from './nodes/input-field.tsx'
import style from './nodes/nodes.module.css'
import { OtherNode } from './nodes/other-nodes.tsx'
import { labelText, messageText } from './texts.ts'
import { submissionOf } from './values.ts'

export interface FlowFormProps {
  readonly kind: FlowKind
  readonly flow: Flow
  readonly plan: FormPlan
  readonly pending: boolean
  readonly answers: number
  readonly submit: (body: Record<string, unknown>) => void
  /** What fields start with when Kratos has no value for them. */
  readonly initial?: Readonly<Record<string, string>>
  /** A better verb than Kratos' for a button. */
  readonly verb?: (node: InputNode) => MessageKey | undefined
  /** Buttons as wide as their words, for forms inside a page. */
  readonly compact?: boolean
  readonly onDirty?: () => void
}

/** One form of a flow: any mix of fields, pictures, texts and buttons that Kratos asks for. */
export function FlowForm(props: FlowFormProps) {
  const { kind, flow, plan, pending, answers } = props
  const form = useRef<HTMLFormElement>(null)
  const [pressed, setPressed] = useState<string | null>(null)
  const faults = useFaults(props, form)
  const primary = plan.nodes.find((node) => isButton(node) && node.attributes.type === 'submit')

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    const submitter = event.nativeEvent.submitter
    const button = plan.nodes.find((node): node is InputNode => isButton(node) && buttonKey(node) === submitter?.dataset['key']) ?? null
    // Signing in elsewhere leaves our origin, which only a form of the page itself may do.
    if (button && (button.group === 'oidc' || button.group === 'saml')) return
    event.preventDefault()
    if (pending || !faults.check(button)) return
    setPressed(button ? buttonKey(button) : null)
    props.submit(bodyOf(event.currentTarget, plan.nodes, button))
  }

  return (
    <form
      ref={form}
      className={style['form']}
      action={submitAddress(kind, flow.id)}
      method="post"
      noValidate
      onSubmit={send}
      onInput={props.onDirty}
    >
      {hiddenNodes(plan.nodes).map((node) => (
        <input
          key={`${node.group}:${node.attributes.name}:${String(node.attributes.value)}`}
          type="hidden"
          name={node.attributes.name}
          defaultValue={String(node.attributes.value ?? '')}
        />
      ))}
      {plan.groups.map(({ group, nodes }, index) => (
        <Fragment key={group}>
          {index > 0 && needsDivider(plan.groups[index - 1]?.nodes ?? [], nodes) ? <Or /> : null}
          <GroupNodes nodes={nodes} {...{ props, faults, pressed: pending ? pressed : null, primary, answers }} />
        </Fragment>
      ))}
    </form>
  )
}

function bodyOf(form: HTMLFormElement, nodes: Node[], button: InputNode | null): Record<string, unknown> {
  const data = new FormData(form)
  const sent = sentNodes(nodes, button)
  const keep = new Set(sent.flatMap((node) => (node.attributes.node_type === 'input' ? [node.attributes.name] : [])))
  for (const name of [...data.keys()]) if (!keep.has(name)) data.delete(name)
  if (button) {
    if (button.attributes.name !== 'method')
      for (const field of sent.filter(isField)) if (data.get(field.attributes.name) === '') data.delete(field.attributes.name)
    data.set(button.attributes.name, String(button.attributes.value ?? ''))
  }
  return submissionOf(sent, data)
}

const buttonKey = (node: InputNode) => `${node.group}:${node.attributes.name}:${String(node.attributes.value ?? '')}`
const fieldId = (kind: FlowKind, node: InputNode) => `${kind}-${node.attributes.name.replaceAll('.', '-')}`

function needsDivider(before: Node[], after: Node[]): boolean {
  const visible = (node: Node) => isField(node) || isButton(node)
  return before.some(isButton) && after.some(visible)
}

function Or() {
  const { t } = useSpeech()
  return <div className={style['or']}>{t('form.or')}</div>
}

interface GroupProps {
  readonly nodes: Node[]
  readonly props: FlowFormProps
  readonly faults: Faults
  readonly pressed: string | null
  readonly primary: Node | undefined
}

function GroupNodes({ nodes, props, faults, pressed, primary }: GroupProps) {
  const rest = nodes.filter((node) => !isButton(node) && !(node.attributes.node_type === 'input' && node.attributes.type === 'hidden'))
  const buttons = nodes.filter((node): node is InputNode => isButton(node))
  if (rest.length === 0 && buttons.length === 0) return null
  return (
    <div className={style['group']}>
      {rest.map((node, index) =>
        isField(node) ? (
          <InputField
            key={node.attributes.name}
            node={node}
            id={fieldId(props.kind, node)}
            error={faults.errorOf(node)}
            initial={String(node.attributes.value || props.initial?.[node.attributes.name] || '')}
            onLeave={faults.leave}
            onEdit={faults.edit}
          />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: these nodes have no name and hold no state.
          <OtherNode key={index} node={node} />
        ),
      )}
      {buttons.length > 0 ? (
        <div className={style[props.compact ? 'row' : 'buttons']}>
          {buttons.map((node) => (
            <FlowButton
              key={buttonKey(node)}
              node={node}
              primary={node === primary}
              waiting={pressed === buttonKey(node)}
              verb={props.verb}
              compact={props.compact ?? false}
            />
          ))}
        </div>
      ) : null}
    </div>
  )
}

interface FlowButtonProps {
  readonly node: InputNode
  readonly primary: boolean
  readonly waiting: boolean
  readonly verb: FlowFormProps['verb']
  readonly compact: boolean
}

function FlowButton({ node, primary, waiting, verb, compact }: FlowButtonProps) {
  const { language, t } = useSpeech()
  const { attributes } = node
  const own = verb?.(node)
  const trigger = attributes.onclickTrigger
  return (
    <Button
      block={!compact}
      size={compact ? 'middle' : 'large'}
      type={primary ? 'primary' : attributes.name === 'method' || trigger ? 'default' : 'text'}
      htmlType={attributes.type === 'submit' ? 'submit' : 'button'}
      name={attributes.name}
      value={String(attributes.value ?? '')}
      disabled={attributes.disabled ?? false}
      // Under 300 ms nothing moves.
      loading={waiting ? { delay: 300 } : false}
      data-key={buttonKey(node)}
      {...(trigger ? { onClick: () => runTrigger(trigger) } : {})}
    >
      {own ? t(own) : labelText(language, node)}
    </Button>
  )
}

/** Calls the function that Kratos' passkey script put on `window`. */
function runTrigger(name: string): void {
  const found: unknown = Reflect.get(window, name)
  if (typeof found === 'function') found()
}

/** Kratos answers a malformed address with a general id and an English sentence about its schema. */
function isBadAddress(node: InputNode, messageId: number): boolean {
  return node.attributes.type === 'email' && (messageId === 4000001 || messageId === 4000004)
}

interface Faults {
  readonly errorOf: (node: InputNode) => string | null
  readonly leave: (node: InputNode, value: string) => void
  readonly edit: (node: InputNode) => void
  /** True when the button may send; else the focus is on the first wrong field. */
  readonly check: (button: InputNode | null) => boolean
}

/** What is wrong with each field: the server's word until the person edits it, ours when they leave it. */
function useFaults({ kind, flow, plan, answers }: FlowFormProps, form: { current: HTMLFormElement | null }): Faults {
  const { language, t } = useSpeech()
  const [own, setOwn] = useState<Record<string, string | null>>({})
  const errorOf = (node: InputNode) => {
    const { name } = node.attributes
    if (name in own) return own[name] ?? null
    const messages = node.messages.filter((message) => message.type === 'error')
    return messages.length > 0
      ? messages.map((message) => (isBadAddress(node, message.id) ? t('check.email') : messageText(language, message))).join(' ')
      : null
  }
  const wrong = (field: InputNode, value: string, moment: 'leaving' | 'sending') => {
    const fault = faultOf(field.attributes, value, moment)
    return fault ? t(fault.key, fault.values) : null
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once per answer of the server, whatever else changed.
  useEffect(() => {
    if (answers === 0) return
    setOwn({})
    const first = plan.nodes.find((node) => isField(node) && node.messages.some((message) => message.type === 'error'))
    if (first && isField(first)) focusField(form.current, fieldId(kind, first))
    // Wrong without a wrong field: of an e-mail address and its password, most often the password.
    else if (flow.ui.messages.some((message) => message.type === 'error')) focusSecret(form.current, kind, plan.nodes)
  }, [answers])

  return {
    errorOf,
    leave: (node, value) => {
      const text = wrong(node, value, 'leaving')
      if (text) setOwn((before) => ({ ...before, [node.attributes.name]: text }))
    },
    edit: (node) => setOwn((before) => (before[node.attributes.name] === null ? before : { ...before, [node.attributes.name]: null })),
    check(button) {
      const found = checkedFields(plan.nodes, button).map((field) => ({
        field,
        text: wrong(field, valueIn(form.current, field), 'sending'),
      }))
      setOwn((before) => ({ ...before, ...Object.fromEntries(found.map(({ field, text }) => [field.attributes.name, text])) }))
      const first = found.find(({ text }) => text !== null)
      if (first) focusField(form.current, fieldId(kind, first.field))
      return first === undefined
    },
  }
}

function valueIn(form: HTMLFormElement | null, node: InputNode): string {
  const control = form?.elements.namedItem(node.attributes.name)
  if (control instanceof HTMLInputElement && control.type === 'checkbox') return control.checked ? 'true' : ''
  return control instanceof HTMLInputElement || control instanceof HTMLSelectElement ? control.value : ''
}

function focusSecret(form: HTMLFormElement | null, kind: FlowKind, nodes: Node[]): void {
  const secret = nodes.findLast((node) => isField(node) && (node.attributes.type === 'password' || node.attributes.name === 'code'))
  if (!secret || !isField(secret)) return
  const control = focusField(form, fieldId(kind, secret))
  if (control instanceof HTMLInputElement) control.select()
}

function focusField(form: HTMLFormElement | null, id: string): HTMLElement | null {
  const control = form?.querySelector<HTMLElement>(`#${CSS.escape(id)}`) ?? null
  control?.focus()
  return control
}

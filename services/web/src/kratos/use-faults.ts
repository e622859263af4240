import { type RefObject, useEffect, useRef, useState } from 'react'
import { useSpeech } from '../language/language.tsx'
import { type FieldFault, faultOf } from './check-field.ts'
import { type Flow, type FlowKind, type InputNode, isField, type Message, type Node } from './flow.ts'
import { checkedFields } from './forms.ts'
import { messageText } from './texts.ts'

export interface Faults {
  readonly errorOf: (node: InputNode) => string | null
  readonly leave: (node: InputNode, value: string) => void
  readonly edit: (node: InputNode) => void
  /** True when the button may send; else the focus is on the first wrong field. */
  readonly check: (button: InputNode | null) => boolean
}

interface Watched {
  readonly kind: FlowKind
  readonly flow: Flow
  readonly nodes: Node[]
  readonly answers: number
  readonly form: RefObject<HTMLFormElement | null>
}

/** What is wrong with each field: the server's word until the person edits it, ours when they leave it. */
export function useFaults({ kind, flow, nodes, answers, form }: Watched): Faults {
  const { language, t } = useSpeech()
  /** Ours by field name; null where the person has begun to correct. */
  const [own, setOwn] = useState<Record<string, FieldFault | null>>({})
  const sent = useRef(false)

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once per answer of the server, whatever else changed.
  useEffect(() => {
    if (answers === 0) return
    setOwn({})
    // Several forms may share a flow: only the one that was sent gets the focus back.
    if (sent.current) focusWrong(form.current, kind, flow, nodes)
    sent.current = false
  }, [answers])

  const errorOf = (node: InputNode) => {
    const { name } = node.attributes
    if (name in own) return own[name] ? t(own[name].key, own[name].values) : null
    const messages = node.messages.filter((message) => message.type === 'error')
    if (messages.length === 0) return null
    return messages.map((message) => (isBadAddress(node, message) ? t('check.email') : messageText(language, message))).join(' ')
  }
  const check = (button: InputNode | null) => {
    const found = checkedFields(nodes, button).map((field) => ({
      field,
      fault: faultOf(field.attributes, valueIn(form.current, field), 'sending'),
    }))
    setOwn((before) => ({ ...before, ...Object.fromEntries(found.map(({ field, fault }) => [field.attributes.name, fault])) }))
    const first = found.find(({ fault }) => fault !== null)
    if (first) focusField(form.current, fieldId(kind, first.field))
    sent.current = first === undefined
    return first === undefined
  }
  const leave = (node: InputNode, value: string) => {
    const fault = faultOf(node.attributes, value, 'leaving')
    if (fault) setOwn((before) => ({ ...before, [node.attributes.name]: fault }))
  }
  const edit = ({ attributes: { name } }: InputNode) => setOwn((before) => (before[name] === null ? before : { ...before, [name]: null }))
  return { errorOf, leave, edit, check }
}

export function fieldId(kind: FlowKind, node: InputNode): string {
  return `${kind}-${node.attributes.name.replaceAll('.', '-')}`
}

/** Kratos answers a malformed address with a general id and an English sentence about its schema. */
function isBadAddress(node: InputNode, { id }: Message): boolean {
  return node.attributes.type === 'email' && (id === 4000001 || id === 4000004)
}

function valueIn(form: HTMLFormElement | null, node: InputNode): string {
  const control = form?.elements.namedItem(node.attributes.name)
  if (control instanceof HTMLInputElement && control.type === 'checkbox') return control.checked ? 'true' : ''
  return control instanceof HTMLInputElement || control instanceof HTMLSelectElement ? control.value : ''
}

function focusWrong(form: HTMLFormElement | null, kind: FlowKind, flow: Flow, nodes: Node[]): void {
  const fields = nodes.filter(isField)
  const first = fields.find((field) => field.messages.some((message) => message.type === 'error'))
  if (first) return void focusField(form, fieldId(kind, first))
  if (!flow.ui.messages.some((message) => message.type === 'error')) return
  // Wrong without a wrong field: of an e-mail address and its password, most often the password.
  const secret = fields.findLast(({ attributes }) => attributes.type === 'password' || attributes.name === 'code')
  const control = secret ? focusField(form, fieldId(kind, secret)) : null
  if (control instanceof HTMLInputElement) control.select()
}

function focusField(form: HTMLFormElement | null, id: string): HTMLElement | null {
  const control = form?.querySelector<HTMLElement>(`#${CSS.escape(id)}`) ?? null
  control?.focus()
  return control
}

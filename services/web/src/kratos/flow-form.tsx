import { Fragment, type SubmitEvent, useRef, useState } from 'react'
import type { MessageKey } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'
import { submitAddress } from './client.ts'
import { type Flow, type FlowKind, type InputNode, isButton, isField, isHidden, type Node } from './flow.ts'
import { FlowButton } from './flow-button.tsx'
import { bodyOf, buttonKey } from './form-body.ts'
import { type FormPlan, hiddenNodes, isSideButton } from './forms.ts'
import { InputField } from './nodes/input-field.tsx'
import style from './nodes/nodes.module.css'
import { OtherNode } from './nodes/other-nodes.tsx'
import { PasskeyNotice } from './passkey-notice.tsx'
import { useCeremony } from './use-ceremony.ts'
import { type Faults, fieldId, useFaults } from './use-faults.ts'

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
  const faults = useFaults({ kind, flow, nodes: plan.nodes, answers, form })
  const passkey = useCeremony(plan.nodes)
  const divider = dividerAt(plan.groups)
  const primary = plan.groups
    .flatMap(({ nodes }) => nodes)
    .find((node) => isButton(node) && node.attributes.type === 'submit' && node.group !== 'oidc' && !isSideButton(node))

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    const submitter = event.nativeEvent.submitter
    const button = plan.nodes.find((node): node is InputNode => isButton(node) && buttonKey(node) === submitter?.dataset['key']) ?? null
    event.preventDefault()
    if (pending || !faults.check(button)) return
    setPressed(button ? buttonKey(button) : null)
    props.submit(bodyOf(event.currentTarget, plan.nodes, button))
  }
  const ask = (button: InputNode) => {
    if (pending || !faults.check(button)) return
    setPressed(buttonKey(button))
    passkey.begin(
      button,
      (field) => String((form.current ? new FormData(form.current) : null)?.get(field) ?? ''),
      (field, proof) => form.current && props.submit({ ...bodyOf(form.current, plan.nodes, button), [field]: proof }),
    )
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
          {index === divider ? <Or /> : null}
          <GroupNodes
            nodes={nodes}
            {...{ props, faults, pressed: pending || passkey.asking ? pressed : null, primary, ask }}
            more={divider !== -1 && index > divider}
          />
        </Fragment>
      ))}
      {passkey.fault ? <PasskeyNotice fault={passkey.fault} /> : null}
    </form>
  )
}

/** Between the first way and all others: where one goes on after a button. */
function dividerAt(groups: FormPlan['groups']): number {
  const first = groups.findIndex(({ nodes }) => nodes.some(isButton))
  const next = groups.findIndex(({ nodes }, index) => index > first && nodes.some((node) => isField(node) || isButton(node)))
  return first === -1 ? -1 : next
}

export function Or() {
  const { t } = useSpeech()
  return <div className={style['or']}>{t('form.or')}</div>
}

interface GroupProps {
  readonly nodes: Node[]
  readonly props: FlowFormProps
  readonly faults: Faults
  readonly pressed: string | null
  readonly primary: Node | undefined
  readonly ask: (button: InputNode) => void
  /** After other ways in. */
  readonly more: boolean
}

function GroupNodes({ nodes, props, faults, pressed, primary, ask, more }: GroupProps) {
  const rest = nodes.filter((node) => !isButton(node) && !isHidden(node))
  const buttons = nodes.filter((node): node is InputNode => isButton(node))
  if (rest.length === 0 && buttons.length === 0) return null
  return (
    <div className={`${style['group']} ${more ? style['more'] : ''}`}>
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
              onAsk={ask}
            />
          ))}
        </div>
      ) : null}
    </div>
  )
}

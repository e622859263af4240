import { Button } from 'antd'
import type { MessageKey } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'
import type { InputNode } from './flow.ts'
import { buttonKey } from './form-body.ts'
import { labelText } from './texts.ts'

interface FlowButtonProps {
  readonly node: InputNode
  readonly primary: boolean
  readonly waiting: boolean
  readonly verb: ((node: InputNode) => MessageKey | undefined) | undefined
  readonly compact: boolean
}

/** A button of a flow: the first one is the main one, a resend only a line of text. */
export function FlowButton({ node, primary, waiting, verb, compact }: FlowButtonProps) {
  const { language, t } = useSpeech()
  const { attributes } = node
  const own = verb?.(node)
  const trigger = attributes.onclickTrigger
  return (
    <Button
      block={!compact}
      size={compact ? 'middle' : 'large'}
      type={primary ? 'primary' : attributes.name === 'method' || trigger ? 'default' : 'link'}
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

/** Calls the function that Kratos' passkey script put on `window`; no other. */
function runTrigger(name: string): void {
  const found: unknown = /^(__)?ory[A-Za-z]+$/.test(name) ? Reflect.get(window, name) : undefined
  if (typeof found === 'function') found()
}

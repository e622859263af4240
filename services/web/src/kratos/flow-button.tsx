import { Button } from 'antd'
import type { MessageKey } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'
import type { InputNode } from './flow.ts'
import { buttonKey } from './form-body.ts'
import { isSideButton } from './forms.ts'
import { labelText } from './texts.ts'

interface FlowButtonProps {
  readonly node: InputNode
  readonly primary: boolean
  readonly waiting: boolean
  readonly verb: ((node: InputNode) => MessageKey | undefined) | undefined
  readonly compact: boolean
  /** Pressed, where the button does not send the form: it asks the browser for a passkey. */
  readonly onAsk: (node: InputNode) => void
}

/** A button of a flow: the first one is the main one. */
export function FlowButton({ node, primary, waiting, verb, compact, onAsk }: FlowButtonProps) {
  const { language, t } = useSpeech()
  const { attributes } = node
  const own = verb?.(node)
  return (
    <Button
      block={!compact}
      size={compact ? 'middle' : 'large'}
      type={primary ? 'primary' : isSideButton(node) ? 'link' : 'default'}
      htmlType={attributes.type === 'submit' ? 'submit' : 'button'}
      name={attributes.name}
      value={String(attributes.value ?? '')}
      disabled={attributes.disabled ?? false}
      // Under 300 ms nothing moves.
      loading={waiting ? { delay: 300 } : false}
      data-key={buttonKey(node)}
      {...(attributes.type === 'button' ? { onClick: () => onAsk(node) } : {})}
    >
      {own ? t(own) : labelText(language, node)}
    </Button>
  )
}

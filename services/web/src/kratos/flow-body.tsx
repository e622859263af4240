import type { MessageKey } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice, type Tone } from '../parts/notice.tsx'
import { FormSkeleton } from '../parts/skeleton.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import type { Flow, FlowKind, InputNode, Message } from './flow.ts'
import { FlowForm } from './flow-form.tsx'
import { prepared, wholePlan } from './forms.ts'
import style from './nodes/nodes.module.css'
import { providerWords } from './provider-words.ts'
import { messageText } from './texts.ts'
import type { FlowInHand } from './use-flow.ts'

export interface FlowBodyProps {
  readonly kind: FlowKind
  readonly inHand: FlowInHand
  /** Fields of the skeleton, so that nothing moves when the form arrives. */
  readonly fields: number
  readonly initial?: Readonly<Record<string, string>>
  readonly verb?: (node: InputNode) => MessageKey | undefined
  /** Messages that the screen says itself. */
  readonly except?: number[]
}

/** A whole flow on one card: what went wrong, what Kratos says, and its form. */
export function FlowBody({ kind, inHand, fields, initial, verb, except = [] }: FlowBodyProps) {
  const { language } = useSpeech()
  const { flow, trouble, retry } = inHand
  if (!flow) return trouble ? <TroublePanel trouble={trouble} retry={retry} /> : <FormSkeleton fields={fields} />
  return (
    <div className={style['form']}>
      <FlowNotices {...{ kind, inHand, flow, except }} />
      <FlowForm
        {...{ kind, flow }}
        plan={wholePlan(prepared(kind, flow, language))}
        pending={inHand.pending}
        answers={inHand.answers}
        submit={inHand.submit}
        {...(initial ? { initial } : {})}
        {...(verb ? { verb } : {})}
      />
    </div>
  )
}

interface FlowNoticesProps {
  readonly kind: FlowKind
  readonly inHand: FlowInHand
  readonly flow: Flow
  readonly except?: number[]
}

/** Everything to read before the fields. */
export function FlowNotices({ kind, inHand, flow, except = [] }: FlowNoticesProps) {
  const { t } = useSpeech()
  return (
    <>
      {inHand.restarted ? <Notice tone="warn">{t(`restarted.${inHand.restarted}`)}</Notice> : null}
      {inHand.trouble ? <TroublePanel trouble={inHand.trouble} retry={inHand.retry} kept /> : null}
      {flow.ui.messages
        .filter((message) => !except.includes(message.id))
        .map((message) => (
          <FlowMessage key={`${message.id}:${inHand.answers}`} {...{ kind, flow, message }} answers={inHand.answers} />
        ))}
    </>
  )
}

const tones: Record<string, Tone> = { error: 'bad', success: 'good' }

interface FlowMessageProps {
  readonly kind: FlowKind
  readonly flow: Flow
  readonly answers: number
  readonly message: Message
}

function FlowMessage({ message, ...shown }: FlowMessageProps) {
  const { language, t } = useSpeech()
  const words = providerWords(shown, message)
  return <Notice tone={tones[message.type] ?? 'info'}>{words === null ? messageText(language, message) : t(words)}</Notice>
}

import { useRef } from 'react'
import { valueIn } from '../../kratos/ceremony.ts'
import { forget, keep } from '../../kratos/kept.ts'
import { type FlowInHand, type FlowRequest, useFlow } from '../../kratos/use-flow.ts'
import { useLeaving } from '../../kratos/use-leaving.ts'

type Body = Readonly<Record<string, unknown>>

export interface Settings extends FlowInHand {
  /** Sends a button that stands in no form, such as `{ totp_unlink: true }` of the method `totp`. */
  readonly press: (method: string, body: Body) => void
  readonly isDirty: () => boolean
  readonly mark: (part: string, isDirty: boolean) => void
  /** True for the method that was sent last, while its answer is awaited. */
  readonly waitsFor: (method: string) => boolean
}

interface Wanted extends Pick<FlowRequest, 'flowId' | 'onFlow' | 'returnTo'> {
  readonly onSaved: (sent: Body) => void
}

/** Kratos' one settings flow, shared by all panels of a screen. */
export function useSettings({ flowId, onFlow, returnTo, onSaved }: Wanted): Settings {
  const { leave } = useLeaving(undefined)
  // Not state: a saved form must be able to leave in the same moment.
  const dirty = useRef(new Set<string>())
  const sent = useRef<Body>({})
  const inHand = useFlow({
    kind: 'settings',
    flowId,
    returnTo,
    onFlow,
    onLeave: (outcome) => {
      if (outcome.kind === 'confirm-it-is-you') keep(sent.current)
      dirty.current.clear()
      leave(outcome, () => {
        forget()
        onSaved(sent.current)
      })
    },
  })
  const submit = (body: Record<string, unknown>) => {
    sent.current = body
    inHand.submit(body)
  }
  return {
    ...inHand,
    submit,
    press: (method, body) => inHand.flow && submit({ csrf_token: valueIn(inHand.flow.ui.nodes, 'csrf_token'), method, ...body }),
    isDirty: () => dirty.current.size > 0,
    mark: (part, isDirty) => void (isDirty ? dirty.current.add(part) : dirty.current.delete(part)),
    waitsFor: (method) => inHand.pending && sent.current['method'] === method,
  }
}

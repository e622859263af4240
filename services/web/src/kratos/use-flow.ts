import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Trouble } from '../api/trouble.ts'
import { useWork } from '../parts/toasts.tsx'
import { createFlow, type NewFlowOptions, readFlow, submitFlow } from './client.ts'
import type { Flow, FlowKind } from './flow.ts'
import type { Outcome } from './outcome.ts'

/** Why a person sees a form again that they thought they had sent. */
export type Restarted = 'expired' | 'forgotten' | 'forged'

/** Outcomes that end the screen's part of the story; the screen decides where to go. */
export type Leaving = Exclude<Outcome, { kind: 'show' } | { kind: 'restart' } | { kind: 'trouble' }>

export interface FlowRequest extends NewFlowOptions {
  readonly kind: FlowKind
  /** From the address; without it, or when it turns out unusable, a new flow is made. */
  readonly flowId: string | undefined
  readonly onFlow: (flow: Flow) => void
  readonly onLeave: (outcome: Leaving) => void
}

export interface FlowInHand {
  readonly flow: Flow | null
  readonly restarted: Restarted | null
  /** Nothing can be shown, or the last submission got no answer; `retry` repeats what failed. */
  readonly trouble: Trouble | null
  readonly retry: () => void
  readonly pending: boolean
  /** Counts answers to submissions, so that a form knows when to move the focus to what is wrong. */
  readonly answers: number
  readonly submit: (body: Record<string, unknown>) => void
}

const askAgainMs = 3000

/** Loads or makes a flow, keeps its id in the address, and sends what the person fills in, once at a time. */
export function useFlow(request: FlowRequest): FlowInHand {
  const [flow, setFlow] = useState<Flow | null>(null)
  const [restarted, setRestarted] = useState<Restarted | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [pending, setPending] = useState(false)
  const [answers, setAnswers] = useState(0)
  const [attempt, setAttempt] = useState(0)
  useWork(pending)
  const sending = useRef(false)
  const lastBody = useRef<Record<string, unknown> | null>(null)
  const { kind, flowId, returnTo, refresh, aal } = request

  const latest = useRef(request)
  const inHand = useRef<Flow | null>(null)
  useLayoutEffect(() => {
    latest.current = request
  })

  const take = useCallback((outcome: Outcome) => {
    if (outcome.kind === 'trouble') return setTrouble(outcome.trouble)
    setTrouble(null)
    const next = outcome.kind === 'show' || outcome.kind === 'done' ? outcome.flow : null
    if (next) {
      inHand.current = next
      setFlow(next)
    }
    if (outcome.kind === 'show') latest.current.onFlow(outcome.flow)
    else if (outcome.kind !== 'restart') latest.current.onLeave(outcome)
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is how the retry button starts this again.
  useEffect(() => {
    if (flowId !== undefined && inHand.current?.id === flowId) return
    const gone = new AbortController()
    load({ kind, flowId, options: { returnTo, refresh, aal }, signal: gone.signal })
      .then(({ outcome, because }) => {
        if (because) setRestarted(because)
        take(outcome)
      })
      .catch((error: unknown) => {
        if (!gone.signal.aborted) throw error
      })
    return () => gone.abort()
  }, [kind, flowId, returnTo, refresh, aal, attempt, take])

  useWhenBack(flow === null ? trouble : null, () => setAttempt((count) => count + 1))

  const submit = useCallback(
    (body: Record<string, unknown>) => {
      if (sending.current || !flow) return
      sending.current = true
      lastBody.current = body
      setPending(true)
      void send({ kind, flow, body, options: { returnTo, refresh, aal } })
        .then(({ outcome, because }) => {
          setRestarted(because)
          if (outcome.kind !== 'trouble') lastBody.current = null
          take(outcome)
        })
        .finally(() => {
          sending.current = false
          setPending(false)
          setAnswers((count) => count + 1)
        })
    },
    [kind, flow, returnTo, refresh, aal, take],
  )

  const retry = useCallback(() => {
    if (lastBody.current) submit(lastBody.current)
    else setAttempt((count) => count + 1)
  }, [submit])

  return { flow, restarted, trouble, retry, pending, answers, submit }
}

/** While nothing can be shown because something is down, asks again by itself: people should not have to. */
function useWhenBack(trouble: Trouble | null, ask: () => void): void {
  const latest = useRef(ask)
  useLayoutEffect(() => {
    latest.current = ask
  })
  useEffect(() => {
    if (trouble?.kind !== 'unavailable' && trouble?.kind !== 'offline') return
    const timer = setTimeout(() => latest.current(), Math.max(askAgainMs, (trouble.retryAfterSeconds ?? 0) * 1000))
    return () => clearTimeout(timer)
  }, [trouble])
}

interface Taken {
  readonly outcome: Outcome
  readonly because: Restarted | null
}

async function load(wanted: { kind: FlowKind; flowId: string | undefined; options: NewFlowOptions; signal: AbortSignal }): Promise<Taken> {
  const { kind, flowId, options, signal } = wanted
  const outcome = flowId ? await readFlow(kind, flowId, signal) : await createFlow(kind, options, signal)
  if (outcome.kind !== 'restart' || !flowId) return { outcome: settled(outcome), because: null }
  return { outcome: settled(await createFlow(kind, options, signal)), because: outcome.because }
}

async function send(wanted: { kind: FlowKind; flow: Flow; body: Record<string, unknown>; options: NewFlowOptions }): Promise<Taken> {
  const { kind, flow, body, options } = wanted
  const answer = await submitFlow(kind, flow.id, body)
  // Only who asked to sign in elsewhere may be sent off our origin.
  const outcome = answer.kind === 'redirect' && body['method'] === 'oidc' ? { ...answer, kind: 'elsewhere' as const } : answer
  const again = () => createFlow(kind, options, new AbortController().signal)
  if (outcome.kind === 'restart') return { outcome: settled(await again()), because: outcome.because }
  if (mayBeSignedIn(kind, outcome)) {
    const asked = await again()
    if (asked.kind === 'signed-in-already') return { outcome: asked, because: null }
  }
  return { outcome, because: null }
}

/** Signed in meanwhile, in another tab: Kratos answers that with the flow and a general message, so it has to be asked once more. */
function mayBeSignedIn(kind: FlowKind, outcome: Outcome): boolean {
  const general = 4000001
  return (
    (kind === 'login' || kind === 'registration') && outcome.kind === 'show' && outcome.flow.ui.messages.some(({ id }) => id === general)
  )
}

/** A flow that cannot even be made must not send the screen round in circles. */
function settled(outcome: Outcome): Outcome {
  if (outcome.kind !== 'restart') return outcome
  return { kind: 'trouble', trouble: { kind: 'unexpected', requestId: null, retryAfterSeconds: null } }
}

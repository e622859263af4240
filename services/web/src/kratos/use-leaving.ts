import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { askedReturn, destination, foreignAddress } from '../address/return-to.ts'
import { here, hereAnew, screenBehind, signInAddress } from '../address/screens.ts'
import type { Leaving } from './use-flow.ts'

export type Done = Extract<Leaving, { kind: 'done' }>

/** Where a person goes when a flow is over or asks for something else first. */
export function useLeaving(returnTo: string | undefined) {
  const router = useRouter()
  const queryClient = useQueryClient()
  const { origin } = window.location

  /** To a screen, replacing this one: back must not return to a form that is done. */
  const replace = (path: string) => router.history.replace(path)
  /** The same, when who is signed in may have changed: nothing that was known about the one before may stay. */
  const arrive = (path?: string) => {
    queryClient.clear()
    const foreign = path === undefined ? foreignAddress(returnTo, origin) : null
    if (foreign === null) replace(path ?? destination(returnTo, origin))
    else window.location.replace(askedReturn(foreign))
  }

  const leave = (outcome: Leaving, whenDone: (done: Done) => void) => {
    switch (outcome.kind) {
      case 'done':
        return whenDone(outcome)
      case 'signed-in-already':
        return arrive()
      case 'signed-out':
        return arrive(signInAddress(here()))
      case 'confirm-it-is-you':
        // A flow that goes on after this repeats what it was asked before, whatever it is asked then: a new one does not.
        return replace(signInAddress(hereAnew(), { refresh: true }))
      case 'extra-step':
        return replace(signInAddress(here(), { aal: 'aal2' }))
      case 'unproven':
        return replace('/register')
      case 'redirect':
        return replace(screenBehind(outcome.to, origin) ?? '/error')
      case 'elsewhere':
        return goElsewhere(outcome.to, screenBehind(outcome.to, origin), replace)
    }
  }
  return { leave, arrive, replace }
}

/** A provider's page, or a screen of ours when Kratos has something to ask first. */
function goElsewhere(to: string, screen: string | null, replace: (path: string) => void): void {
  if (screen !== null) replace(screen)
  else if (/^https?:\/\//.test(to)) window.location.assign(to)
  else replace('/error')
}

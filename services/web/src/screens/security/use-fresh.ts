import type { SessionView } from '@app/contracts/session'
import { hereAnew, signInAddress } from '../../address/screens.ts'
import { useLeaving } from '../../kratos/use-leaving.ts'

/** Kratos asks again after 15 minutes: with this we ask before a person has scanned or typed anything. */
const freshForMs = 10 * 60_000

/** Says whether the person proved lately that it is them; sends them to do so otherwise. */
export function useFresh(session: SessionView): () => boolean {
  const { replace } = useLeaving(undefined)
  return () => {
    const proved = Math.max(...session.methods.map(({ at }) => Date.parse(at)), Date.parse(session.since))
    if (Date.now() - proved < freshForMs) return true
    replace(signInAddress(hereAnew(), { refresh: true }))
    return false
  }
}

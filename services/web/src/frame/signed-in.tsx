import type { SessionView } from '@app/contracts/session'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouter } from '@tanstack/react-router'
import { createContext, use, useEffect } from 'react'
import { here, signInAddress } from '../address/screens.ts'
import { troubleIn } from '../api/api-error.ts'
import { bringGuestAlong } from '../api/bring-guest-along.ts'
import { sessionQuery } from '../api/queries.ts'
import { type Obstacle, onObstacle, screenFor } from '../api/standing.ts'
import { useSpeech } from '../language/language.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import { AppFrame, FrameSkeleton } from './app-frame.tsx'
import { AskedBanner } from './asked-banner.tsx'
import { CardFrame } from './card-frame.tsx'
import { DeletionBanner } from './deletion-banner.tsx'

const SessionContext = createContext<SessionView | null>(null)

/** Everything behind the door: asks who is here, and sends whoever is not, or must do something first, there and back. */
export function SignedIn() {
  const { t, suggest } = useSpeech()
  const router = useRouter()
  const queryClient = useQueryClient()
  const { data: session, error, refetch } = useQuery(sessionQuery)
  const signedOut = session === null
  const locale = session?.locale

  useEffect(() => {
    if (signedOut) router.history.replace(signInAddress(here()))
  }, [signedOut, router])
  const userId = session?.userId
  const isActing = session?.actedById != null
  useEffect(() => {
    if (userId === undefined || isActing) return
    bringGuestAlong(document.cookie).then(
      (moved) => (moved ? queryClient.invalidateQueries() : undefined),
      () => undefined, // The mark stays, and the next screen asks again.
    )
  }, [userId, isActing, queryClient])
  useEffect(() => {
    if (locale) suggest(locale)
  }, [locale, suggest])

  const obstacle = session?.standing[0]
  useEffect(() => {
    const go = (what: Obstacle) => router.history.replace(screenFor(what, here()))
    if (obstacle) go(obstacle)
    return onObstacle(go)
  }, [obstacle, router])

  if (session && !obstacle) {
    return (
      <SessionContext value={session}>
        <AppFrame session={session}>
          {session.actedById === null ? (
            <>
              <AskedBanner />
              <DeletionBanner />
            </>
          ) : null}
          <Outlet />
        </AppFrame>
      </SessionContext>
    )
  }
  if (error) {
    return (
      <CardFrame title={t('trouble.title')}>
        <TroublePanel trouble={troubleIn(error)} retry={() => void refetch()} />
      </CardFrame>
    )
  }
  return <FrameSkeleton />
}

/** Who is signed in; only inside of {@link SignedIn}. */
export function useSession(): SessionView {
  const session = use(SessionContext)
  if (!session) throw new Error('A screen that needs a session is outside of the signed-in frame')
  return session
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { activityQuery, impersonationsQuery, leavingQuery, securityQuery, sessionsQuery } from '../../api/queries.ts'
import { contactQuery } from './contact-panel.tsx'

/**
 * False until each panel has what it shows, or has failed once and says so itself: shown one by one as they arrive, panels push those
 * below them down under the person's finger.
 */
export function useSettledPanels(): boolean {
  const asked = [
    useQuery(contactQuery),
    useQuery(securityQuery),
    useQuery(sessionsQuery),
    useInfiniteQuery(activityQuery),
    useQuery(impersonationsQuery),
    useQuery(leavingQuery),
  ]
  return asked.every(({ isPending, failureCount }) => !isPending || failureCount > 0)
}

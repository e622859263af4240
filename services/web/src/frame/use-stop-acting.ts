import { stopImpersonation } from '@app/contracts/impersonations'
import { useMutation, useQuery } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import { impersonationsQuery } from '../api/queries.ts'

/** The way out for an administrator who acts as somebody; null while it is not known what to end. */
export function useStopActing() {
  const { data } = useQuery(impersonationsQuery)
  const id = data?.current?.id
  const stop = useMutation({
    mutationFn: (impersonationId: string) => callApi(stopImpersonation, { params: { impersonationId } }),
    // Everything on the screen was the other person's.
    onSuccess: () => window.location.assign('/'),
  })
  return { stop: id === undefined ? null : () => stop.mutate(id), isPending: stop.isPending, error: stop.error }
}

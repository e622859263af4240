/** What screens ask the services, with the keys under which answers are kept. */
import { listActivity } from '@app/contracts/activity'
import { leaveImpersonation, listImpersonations } from '@app/contracts/impersonations'
import { listErasures, readLeaving } from '@app/contracts/leaving'
import { listInvitations, listPersonActivity, readPersonSecurity } from '@app/contracts/people'
import { checkPermissions } from '@app/contracts/permissions'
import { readSecurity } from '@app/contracts/security'
import { readSession, type SessionView } from '@app/contracts/session'
import { listSessions } from '@app/contracts/sessions'
import { listAcceptances, readTerms } from '@app/contracts/terms'
import { listUsers, readMe, readUser } from '@app/contracts/users'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'
import { callApi } from './client.ts'

/** The session, or null when nobody is signed in: a guest has no account to show. An outage is an error, never "signed out". */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<SessionView | null> => {
    try {
      const session = await callApi(readSession, { signal })
      return session.isGuest ? null : session
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error
      if (error.code !== 'impersonation-ended') return null
      // The other side has stopped it: without the cookie that still claims it, the administrator is themselves again.
      await callApi(leaveImpersonation, { signal })
      return await callApi(readSession, { signal })
    }
  },
})

/** The terms in force; they may change while a page is open. */
export const termsQuery = queryOptions({ queryKey: ['terms'], queryFn: ({ signal }) => callApi(readTerms, { signal }) })

export const acceptancesQuery = queryOptions({
  queryKey: ['terms', 'acceptances'],
  queryFn: async ({ signal }) => (await callApi(listAcceptances, { signal })).items,
})

/** Whether the account is going to be deleted, and what that means. */
export const leavingQuery = queryOptions({
  queryKey: ['leaving'],
  queryFn: ({ signal }) => callApi(readLeaving, { signal }),
})

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await callApi(listSessions, { signal })).items,
})

export const activityQuery = infiniteQueryOptions({
  queryKey: ['activity'],
  queryFn: ({ pageParam, signal }) => callApi(listActivity, { query: { limit: 10, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
})

export const impersonationsQuery = queryOptions({
  queryKey: ['impersonations'],
  queryFn: ({ signal }) => callApi(listImpersonations, { signal }),
})

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => callApi(readMe, { signal }) })

/** Whether to show what only platform administrators can use; every route checks again. */
export const administratorQuery = queryOptions({
  queryKey: ['may', 'administer'],
  staleTime: 60_000,
  queryFn: async ({ signal }) => {
    const checks = [{ namespace: 'Platform', object: 'vestibule', permit: 'administer' }]
    const { results } = await callApi(checkPermissions, { body: { checks }, signal })
    return results[0]?.allowed === true
  },
})

/** The own ways in, as far as Kratos' settings do not tell them. */
export const securityQuery = queryOptions({ queryKey: ['security'], queryFn: ({ signal }) => callApi(readSecurity, { signal }) })

export interface PeopleFilter {
  readonly search?: string
  readonly state?: 'active' | 'inactive'
  readonly verified?: 'true' | 'false'
  /** Days as the person picked them, in their own time zone; `to` is included. */
  readonly from?: string
  readonly to?: string
}

export const peopleQuery = (filter: PeopleFilter) =>
  infiniteQueryOptions({
    queryKey: ['people', filter],
    queryFn: ({ pageParam, signal }) =>
      callApi(listUsers, { query: { ...askedFor(filter), ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

function askedFor({ search, state, verified, from, to }: PeopleFilter) {
  return {
    ...(search ? { search } : {}),
    ...(state ? { state } : {}),
    ...(verified ? { verified } : {}),
    ...(from ? { createdAfter: startOfDay(from, 0) } : {}),
    ...(to ? { createdBefore: startOfDay(to, 1) } : {}),
  }
}

function startOfDay(day: string, later: number): string {
  const date = new Date(`${day}T00:00:00`)
  date.setDate(date.getDate() + later)
  return date.toISOString()
}

export const personQuery = (userId: string) =>
  queryOptions({ queryKey: ['person', userId], queryFn: ({ signal }) => callApi(readUser, { params: { userId }, signal }) })

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: ({ signal }) => callApi(listInvitations, { query: { limit: 100 }, signal }),
})

export const erasuresQuery = (awaited: boolean) =>
  infiniteQueryOptions({
    queryKey: ['erasures', awaited],
    queryFn: ({ pageParam, signal }) =>
      callApi(listErasures, {
        query: { limit: 25, ...(awaited ? { awaited: 'true' } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

export const personSecurityQuery = (personId: string) =>
  queryOptions({
    queryKey: ['person', personId, 'security'],
    queryFn: ({ signal }) => callApi(readPersonSecurity, { params: { personId }, signal }),
  })

export const personActivityQuery = (personId: string) =>
  infiniteQueryOptions({
    queryKey: ['person', personId, 'activity'],
    queryFn: ({ pageParam, signal }) =>
      callApi(listPersonActivity, { params: { personId }, query: { limit: 10, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

/** Leaving: a person deletes their account, and may think better of it for a while. Served by identity. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { pageOf, pageQuery } from './page.ts'
import { defineProblem } from './problem.ts'
import { Id, noContent, QueryBoolean, Timestamp } from './values.ts'

/** Something has to be settled first; the detail names it, and `GET /leaving` lists it. */
export const LeavingBlocked = defineProblem({ code: 'leaving-blocked', status: 409, title: 'The account cannot be deleted yet' })
export const DeletionUnderWay = defineProblem({ code: 'deletion-under-way', status: 409, title: 'The account is being deleted already' })

/** What has to be settled before a person can leave. */
export const LeavingBlocker = z.enum(['last-administrator'])
export type LeavingBlocker = z.infer<typeof LeavingBlocker>

/** What goes with the account. */
export const GoesWithAccount = z.enum(['sign-in', 'profile', 'preferences', 'sessions', 'activity', 'messages', 'rights'])
/** What is left of it, and holds nothing that says who it was. */
export const StaysBehind = z.enum(['id', 'message-hashes'])

export const DeletionView = z.object({ requestedAt: Timestamp, dueAt: Timestamp })
export type DeletionView = z.infer<typeof DeletionView>

export const LeavingView = z.object({
  /** Null: nobody has asked for it. */
  deletion: DeletionView.nullable(),
  /** How long somebody who asks now can think better of it. */
  graceDays: z.int().nonnegative(),
  goes: z.array(GoesWithAccount),
  stays: z.array(StaysBehind),
  blockers: z.array(LeavingBlocker),
})
export type LeavingView = z.infer<typeof LeavingView>

export const readLeaving = contract({
  method: 'get',
  path: '/leaving',
  summary: 'What deleting the own account would mean, and whether it is going to happen',
  answers: { 200: LeavingView },
})

export const requestDeletion = contract({
  method: 'post',
  path: '/leaving',
  summary: 'Deletes the own account after some days; after a fresh sign-in; repeatable',
  answers: { 200: DeletionView },
  problems: [LeavingBlocked],
})

export const withdrawDeletion = contract({
  method: 'delete',
  path: '/leaving',
  summary: 'Keeps the own account after all; repeatable',
  answers: { 204: noContent },
  problems: [DeletionUnderWay],
})

export const ErasureView = z.object({
  userId: Id,
  erasedAt: Timestamp,
  /** Services that have not said yet that they keep nothing any more. */
  awaited: z.array(z.string()),
})
export type ErasureView = z.infer<typeof ErasureView>

export const listErasures = contract({
  method: 'get',
  path: '/erasures',
  summary: 'People who are gone, and who has not yet said that nothing is left of them; newest first',
  query: z.strictObject({ ...pageQuery, awaited: QueryBoolean.optional() }),
  answers: { 200: pageOf(ErasureView) },
})

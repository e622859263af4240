/** Sessions for people who have not said who they are: served by identity. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { defineProblem } from './problem.ts'
import { Id, noContent, Timestamp } from './values.ts'

/** A guest is somebody who is not signed in. */
export const AlreadySignedIn = defineProblem({ code: 'already-signed-in', status: 409, title: 'You are signed in already' })

export const GuestView = z.object({
  /** The guest's id; what a guest makes belongs to it. */
  userId: Id,
  /** When the session ends and, some time later, what was made is removed. */
  expiresAt: Timestamp,
  /** Only for `token`: goes into `X-Session-Token`. A browser keeps it in a cookie that scripts cannot read. */
  sessionToken: z.string().optional(),
})
export type GuestView = z.infer<typeof GuestView>

export const createGuest = contract({
  method: 'post',
  path: '/guests',
  summary: 'A real, limited session without any personal data; who is a guest already stays the same one',
  body: z.strictObject({
    /** How the session is kept: in a cookie (browsers), or as a token in the answer (native apps). */
    keptAs: z.enum(['cookie', 'token']).default('cookie'),
  }),
  answers: { 200: GuestView, 201: GuestView },
  problems: [AlreadySignedIn],
})

export const mergeGuest = contract({
  method: 'post',
  path: '/guests/merge',
  summary: 'Moves what the guest of this browser made to the person who is signed in; repeatable',
  // For native apps; a browser sends the cookie.
  body: z.strictObject({ guestToken: z.string().min(1).max(300).optional() }),
  answers: { 200: z.object({ merged: z.boolean() }) },
})

export const forgetGuest = contract({
  method: 'delete',
  path: '/guests/me',
  summary: 'Ends the guest and removes everything that they made',
  answers: { 204: noContent },
})

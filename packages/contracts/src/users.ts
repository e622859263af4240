/** Profiles and the directory: served by users. */
import { z } from 'zod'
import { VersionConflict } from './common-problems.ts'
import { contract } from './contract.ts'
import { pageOf, pageQuery } from './page.ts'
import { defineProblem } from './problem.ts'
import { Id, Locale, Moment, QueryBoolean, Timestamp, TimeZone } from './values.ts'

export const UserNotFound = defineProblem({ code: 'user-not-found', status: 404, title: 'User not found' })

export const UserState = z.enum(['active', 'inactive'])
export type UserState = z.infer<typeof UserState>

export const UserView = z.object({
  id: Id,
  // A copy of what the person typed in the settings; read-only here.
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  name: z.string(),
  locale: Locale,
  phone: z.string().nullable(),
  // Our own columns.
  displayName: z.string().nullable(),
  timeZone: z.string().nullable(),
  title: z.string().nullable(),
  state: UserState,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: z.int().positive(),
})
export type UserView = z.infer<typeof UserView>

/** One line of text that shows something: no control characters, not those for direction either, not only blanks, which are cut off around it. */
const line = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u, 'One line without control characters')
    .regex(/[^\p{Z}\p{Cf}]/u, 'Something that can be seen')

// Copied from the identity; a change here would be undone by the next copy.
const settingsOnly = z
  .never({ error: 'Change this on the settings screen: /settings' })
  .optional()
  .meta({ description: 'Refused here: change it on the settings screen, /settings' })

export const UserChanges = z.strictObject({
  displayName: line(100).nullable().optional(),
  timeZone: TimeZone.nullable().optional().describe('An IANA name such as Europe/Amsterdam'),
  title: line(100).nullable().optional(),
  email: settingsOnly,
  name: settingsOnly,
  locale: settingsOnly,
  phone: settingsOnly,
})
export type UserChanges = z.infer<typeof UserChanges>

export const readMe = contract({
  method: 'get',
  path: '/users/me',
  summary: 'The profile of the person who is signed in',
  answers: { 200: UserView },
})

export const updateMe = contract({
  method: 'patch',
  path: '/users/me',
  summary: 'Changes own columns; null empties one; If-Match with the version refuses to overwrite somebody else',
  body: UserChanges,
  answers: { 200: UserView },
  problems: [VersionConflict],
})

export const listUsers = contract({
  method: 'get',
  path: '/users',
  summary: 'The directory, for platform administrators; newest first',
  query: z.strictObject({
    ...pageQuery,
    /** Part of a name or an e-mail address; case and accents do not count. */
    search: z.string().trim().min(1).max(100).optional(),
    state: UserState.optional(),
    verified: QueryBoolean.optional(),
    /** Inclusive. */
    createdAfter: Moment.optional(),
    /** Exclusive. */
    createdBefore: Moment.optional(),
  }),
  answers: { 200: pageOf(UserView) },
})

export const readUser = contract({
  method: 'get',
  path: '/users/{userId}',
  summary: 'One person of the directory, for platform administrators',
  params: z.strictObject({ userId: Id }),
  answers: { 200: UserView },
  problems: [UserNotFound],
})

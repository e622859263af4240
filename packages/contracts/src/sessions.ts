/** Where a person is signed in, and their devices: served by identity. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { defineProblem } from './problem.ts'
import { AssuranceLevel } from './session.ts'
import { Id, noContent, Timestamp } from './values.ts'

export const TooManySessions = defineProblem({
  code: 'too-many-sessions',
  status: 403,
  title: 'This account is signed in on as many apps as it may be',
})

export const SessionEntry = z.object({
  id: Id,
  /** The one that asks. */
  current: z.boolean(),
  /** With a token instead of a cookie: an app rather than a browser. */
  native: z.boolean(),
  deviceId: Id.nullable(),
  browser: z.string().nullable(),
  system: z.string().nullable(),
  /** The network address at the time of signing in. */
  address: z.string().nullable(),
  /** Kratos' name: `password`, `code`, `oidc`, … */
  method: z.string(),
  assuranceLevel: AssuranceLevel,
  signedInAt: Timestamp,
  /** Coarse: a few minutes behind. */
  lastSeenAt: Timestamp,
  expiresAt: Timestamp,
})
export type SessionEntry = z.infer<typeof SessionEntry>

export const listSessions = contract({
  method: 'get',
  path: '/sessions',
  summary: 'Where the person is signed in, newest first; the newest 250',
  answers: { 200: z.object({ items: z.array(SessionEntry) }) },
})

export const endSession = contract({
  method: 'delete',
  path: '/sessions/{sessionId}',
  summary: 'Ends one session; when this is answered, no service takes it any more',
  params: z.strictObject({ sessionId: Id }),
  answers: { 204: noContent },
})

export const endSessions = contract({
  method: 'delete',
  path: '/sessions',
  summary: 'Ends all other sessions, or all',
  query: z.strictObject({ which: z.enum(['others', 'all']) }),
  answers: { 200: z.object({ ended: z.int().nonnegative() }) },
})

/** A push service of a browser maker; whatever is stored here is called later, so nothing of our own network. */
const pushEndpoint = z
  .url({ protocol: /^https$/, hostname: z.regexes.domain })
  .max(1000)
  .refine((text) => {
    const { username, password, port } = new URL(text)
    return username === '' && password === '' && port === ''
  }, 'The address of a push service, without port and credentials')

export const PushTarget = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('web-push'),
    endpoint: pushEndpoint,
    /** Base64url, as the browser's `PushSubscription` has them. */
    keys: z.strictObject({ p256dh: z.string().regex(/^[A-Za-z0-9_-]{20,200}$/), auth: z.string().regex(/^[A-Za-z0-9_-]{10,100}$/) }),
  }),
  z.strictObject({
    kind: z.literal('token'),
    platform: z.enum(['apns', 'fcm']),
    token: z.string().regex(/^[\x21-\x7e]{10,1000}$/, 'The token as the platform gave it'),
  }),
])
export type PushTarget = z.infer<typeof PushTarget>

export const setPushTarget = contract({
  method: 'put',
  path: '/devices/{deviceId}/push',
  summary: 'Where messages for a device can be sent to',
  params: z.strictObject({ deviceId: Id }),
  body: PushTarget,
  answers: { 204: noContent },
})

export const removePushTarget = contract({
  method: 'delete',
  path: '/devices/{deviceId}/push',
  summary: 'No messages for this device any more',
  params: z.strictObject({ deviceId: Id }),
  answers: { 204: noContent },
})

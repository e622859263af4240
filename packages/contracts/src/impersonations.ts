/** A platform administrator acts as somebody else for a while, with their consent: served by identity. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { IdentityNotFound } from './internal-identity.ts'
import { defineProblem } from './problem.ts'
import { Id, noContent, Timestamp } from './values.ts'

/** Administrators, guests, inactive people and oneself. */
export const CannotActAs = defineProblem({ code: 'cannot-act-as', status: 403, title: 'Nobody can act as this person' })
export const ImpersonationOpen = defineProblem({
  code: 'impersonation-open',
  status: 409,
  title: 'There is a request or an impersonation of this person already',
})
/** Answered by somebody else, withdrawn, or too late. */
export const ImpersonationOver = defineProblem({ code: 'impersonation-over', status: 409, title: 'This request is over' })

export const ImpersonationState = z.enum(['requested', 'active', 'declined', 'expired', 'ended'])
export type ImpersonationState = z.infer<typeof ImpersonationState>

export const ImpersonationView = z.object({
  id: Id,
  state: ImpersonationState,
  administratorId: Id,
  administratorName: z.string(),
  userId: Id,
  userName: z.string(),
  /** In the administrator's words. */
  reason: z.string(),
  minutes: z.int(),
  /** `waived`: the configuration decided instead of the person. */
  consent: z.enum(['required', 'waived']),
  requestedAt: Timestamp,
  /** Until then the person can answer. */
  answerBy: Timestamp,
  startedAt: Timestamp.nullable(),
  /** When it ends, or ended. */
  endsAt: Timestamp.nullable(),
})
export type ImpersonationView = z.infer<typeof ImpersonationView>

const params = z.strictObject({ impersonationId: Id })

export const requestImpersonation = contract({
  method: 'post',
  path: '/impersonations',
  summary: 'Asks a person to let this administrator act as them; bound to the session that asks',
  body: z.strictObject({
    userId: Id,
    reason: z
      .string()
      .trim()
      .min(10)
      .max(300)
      .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u, 'One line without control characters'),
    minutes: z.int().min(1).max(60),
  }),
  answers: { 201: ImpersonationView },
  problems: [CannotActAs, ImpersonationOpen, IdentityNotFound],
})

export const listImpersonations = contract({
  method: 'get',
  path: '/impersonations',
  summary: 'Own requests as an administrator, and those about oneself; the newest 50 of each',
  answers: {
    200: z.object({
      /** The one that requests of this session speak for when they say so. */
      current: ImpersonationView.nullable(),
      byMe: z.array(ImpersonationView),
      ofMe: z.array(ImpersonationView),
    }),
  },
})

export const acceptImpersonation = contract({
  method: 'post',
  path: '/impersonations/{impersonationId}/accept',
  summary: 'The person lets the administrator act as them, from now on',
  params,
  answers: { 200: ImpersonationView },
  problems: [ImpersonationOver],
})

export const declineImpersonation = contract({
  method: 'post',
  path: '/impersonations/{impersonationId}/decline',
  summary: 'The person does not let the administrator act as them',
  params,
  answers: { 200: ImpersonationView },
  problems: [ImpersonationOver],
})

export const enterImpersonation = contract({
  method: 'post',
  path: '/impersonations/{impersonationId}/enter',
  summary: 'Sets the cookie with which requests of this browser speak for the person',
  params,
  answers: { 204: noContent },
  problems: [ImpersonationOver],
})

export const stopImpersonation = contract({
  method: 'post',
  path: '/impersonations/{impersonationId}/stop',
  summary: 'Either side ends it, at once and repeatably; also withdraws a request, and takes the cookie away',
  params,
  answers: { 204: noContent },
})

export const leaveImpersonation = contract({
  method: 'post',
  path: '/impersonations/leave',
  summary: 'Takes the cookie away, whatever has become of the impersonation',
  answers: { 204: noContent },
})

/** What `Session` of `@app/ory/session` is for the person, as other services get it. */
const ActedSession = z.object({
  id: Id,
  userId: Id,
  schemaId: z.string(),
  assuranceLevel: z.enum(['aal1', 'aal2']),
  methods: z.array(z.object({ method: z.string(), at: Timestamp })),
  authenticatedAt: Timestamp,
  expiresAt: Timestamp,
  traits: z.object({ email: z.string().nullable(), name: z.string(), locale: z.enum(['en', 'nl']), phone: z.string().nullable() }),
  emailVerified: z.boolean(),
  identityState: z.literal('active'),
  identityUpdatedAt: Timestamp,
  passwordSetAt: Timestamp.nullable(),
  secondFactorRequired: z.boolean(),
  secondFactorSet: z.boolean(),
  termsAccepted: z.string().nullable(),
})

export const findImpersonation = contract({
  method: 'post',
  path: '/internal/impersonations/find',
  summary: 'Whom a session of an administrator speaks for; null when it is unknown, ended, or of another session',
  body: z.strictObject({ impersonationId: Id, administratorId: Id, sessionId: Id, assuranceLevel: z.enum(['aal1', 'aal2']) }),
  answers: { 200: z.object({ session: ActedSession.nullable() }) },
})

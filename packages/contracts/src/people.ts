/** How administrators let people in and help them without seeing their secrets: served by identity. The directory is users'. */
import { z } from 'zod'
import { ActivityView } from './activity.ts'
import { contract } from './contract.ts'
import { pageOf, pageQuery } from './page.ts'
import { defineProblem } from './problem.ts'
import { AssuranceLevel } from './session.ts'
import { Id, Locale, Timestamp } from './values.ts'

export const PersonNotFound = defineProblem({ code: 'person-not-found', status: 404, title: 'Person not found' })
export const PersonExists = defineProblem({ code: 'person-exists', status: 409, title: 'Somebody has this address already' })
export const InvitationNotFound = defineProblem({ code: 'invitation-not-found', status: 404, title: 'Invitation not found' })
/** It was accepted or withdrawn; asked again, it says the same. */
export const InvitationOver = defineProblem({ code: 'invitation-over', status: 409, title: 'This invitation is over' })
export const PersonInactive = defineProblem({ code: 'person-inactive', status: 409, title: 'This person is deactivated' })
/** A link to an address that nobody has proven would hand the account to whoever registered it. */
export const PersonUnproven = defineProblem({
  code: 'person-unproven',
  status: 409,
  title: 'This person has not confirmed the address yet',
})
export const OwnAccount = defineProblem({ code: 'own-account', status: 409, title: 'Nobody does this to their own account' })
export const LastAdministrator = defineProblem({
  code: 'last-administrator',
  status: 409,
  title: 'This is the last administrator who can sign in',
})

export const InvitationView = z.object({
  id: Id,
  personId: Id,
  email: z.string().nullable(),
  name: z.string(),
  state: z.enum(['open', 'expired', 'accepted', 'withdrawn']),
  /** False until the mail was handed over to be sent. */
  handedOver: z.boolean(),
  sentAt: Timestamp,
  expiresAt: Timestamp,
})
export type InvitationView = z.infer<typeof InvitationView>

/** Why an administrator did something; kept with what was done, told to nobody else. */
const Reason = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .regex(/^[^\p{Cc}\p{Bidi_Control}]*$/u, 'One line without control characters')

const person = z.strictObject({ personId: Id })
const invitation = z.strictObject({ invitationId: Id })

export const invitePerson = contract({
  method: 'post',
  path: '/people',
  summary: 'Creates a person and mails them a link with which to come in; repeatable by address until they have',
  body: z.strictObject({ email: z.string().trim().min(1).max(254), name: z.string().trim().min(1).max(200), locale: Locale }),
  answers: { 201: InvitationView, 200: InvitationView },
  problems: [PersonExists],
})

export const listInvitations = contract({
  method: 'get',
  path: '/people/invitations',
  summary: 'Invitations that were neither accepted nor withdrawn, newest first',
  query: z.strictObject({ ...pageQuery }),
  answers: { 200: pageOf(InvitationView) },
})

export const resendInvitation = contract({
  method: 'post',
  path: '/people/invitations/{invitationId}/resend',
  summary: 'Mails a new link; the one before stops working',
  params: invitation,
  answers: { 200: InvitationView },
  problems: [InvitationNotFound, InvitationOver],
})

export const withdrawInvitation = contract({
  method: 'post',
  path: '/people/invitations/{invitationId}/withdraw',
  summary: 'The link stops working; repeatable',
  params: invitation,
  answers: { 200: InvitationView },
  problems: [InvitationNotFound, InvitationOver],
})

export const AdministratorActionKind = z.enum(['deactivate', 'activate', 'end-sessions', 'reset-factors', 'send-sign-in-link'])
export type AdministratorActionKind = z.infer<typeof AdministratorActionKind>

export const ResettableFactor = z.enum(['totp', 'recovery-codes', 'passkeys'])
export type ResettableFactor = z.infer<typeof ResettableFactor>

export const AdministratorActionView = z.object({
  id: Id,
  kind: AdministratorActionKind,
  byId: Id,
  reason: z.string(),
  at: Timestamp,
  /** Null when it was begun and not finished: repeat it. */
  doneAt: Timestamp.nullable(),
})

export const PersonSecurity = z.object({
  personId: Id,
  email: z.string().nullable(),
  name: z.string(),
  state: z.enum(['active', 'inactive']),
  emailVerified: z.boolean(),
  administrator: z.boolean(),
  createdAt: Timestamp,
  invitation: InvitationView.nullable(),
  factors: z.object({
    password: z.boolean(),
    passwordSetAt: Timestamp.nullable(),
    totp: z.boolean(),
    recoveryCodes: z.boolean(),
    passkeys: z.int().nonnegative(),
    /** Names of providers with which the person can sign in. */
    providers: z.array(z.string()),
  }),
  sessions: z.array(
    z.object({
      id: Id,
      browser: z.string().nullable(),
      system: z.string().nullable(),
      address: z.string().nullable(),
      method: z.string(),
      assuranceLevel: AssuranceLevel,
      signedInAt: Timestamp,
      expiresAt: Timestamp,
    }),
  ),
  /** What administrators did, newest first; the newest 25. */
  actions: z.array(AdministratorActionView),
})
export type PersonSecurity = z.infer<typeof PersonSecurity>

export const readPersonSecurity = contract({
  method: 'get',
  path: '/people/{personId}/security',
  summary: 'How a person gets in: state, factors, sessions; never a secret',
  params: person,
  answers: { 200: PersonSecurity },
  problems: [PersonNotFound],
})

export const listPersonActivity = contract({
  method: 'get',
  path: '/people/{personId}/activity',
  summary: 'What happened to the account of a person, newest first',
  params: person,
  query: z.strictObject({ ...pageQuery }),
  answers: { 200: pageOf(ActivityView) },
  problems: [PersonNotFound],
})

const acting = { method: 'post', params: person, body: z.strictObject({ reason: Reason }), answers: { 200: PersonSecurity } } as const

export const deactivatePerson = contract({
  ...acting,
  path: '/people/{personId}/deactivate',
  summary: 'Ends all sessions for good and lets the person in nowhere; repeatable',
  problems: [PersonNotFound, OwnAccount, LastAdministrator],
})

export const activatePerson = contract({
  ...acting,
  path: '/people/{personId}/activate',
  summary: 'Lets a deactivated person sign in again; no session of before comes back',
  problems: [PersonNotFound],
})

export const endPersonSessions = contract({
  ...acting,
  path: '/people/{personId}/end-sessions',
  summary: 'Signs the person out everywhere',
  problems: [PersonNotFound, OwnAccount],
})

export const resetPersonFactors = contract({
  ...acting,
  path: '/people/{personId}/reset-factors',
  summary: 'Takes away extra steps that were lost, or passkeys and extra steps with them, and ends all sessions',
  body: z.strictObject({ reason: Reason, factors: z.array(ResettableFactor).min(1).max(3) }),
  problems: [PersonNotFound, OwnAccount, PersonInactive],
})

export const sendSignInLink = contract({
  ...acting,
  path: '/people/{personId}/send-sign-in-link',
  summary: 'Mails a link with which to get in once',
  problems: [PersonNotFound, OwnAccount, PersonInactive, PersonUnproven],
})

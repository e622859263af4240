/** The terms of use: which are in force, where they can be read, and who has accepted them. Served by identity. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { defineProblem } from './problem.ts'
import { Timestamp } from './values.ts'

/** They changed since they were read, or there are none: read `GET /terms` again. */
export const TermsNotInForce = defineProblem({ code: 'terms-not-in-force', status: 409, title: 'These terms are not in force' })

export const TermsView = z.object({
  /** Null: there is nothing to accept. */
  version: z.string().nullable(),
  /** A path of our own or an https address, per language. */
  textAt: z.object({ en: z.string(), nl: z.string() }).nullable(),
})
export type TermsView = z.infer<typeof TermsView>

export const AcceptanceView = z.object({ version: z.string(), acceptedAt: Timestamp })
export type AcceptanceView = z.infer<typeof AcceptanceView>

export const readTerms = contract({
  method: 'get',
  path: '/terms',
  summary: 'The terms that are in force, and where their text is',
  answers: { 200: TermsView },
})

export const listAcceptances = contract({
  method: 'get',
  path: '/terms/acceptances',
  summary: 'Which terms the person who is signed in has accepted, and when; the newest first',
  answers: { 200: z.object({ items: z.array(AcceptanceView) }) },
})

export const acceptTerms = contract({
  method: 'post',
  path: '/terms/accept',
  summary: 'Accepts the terms that are in force; repeatable',
  body: z.strictObject({ version: z.string().min(1).max(40) }),
  answers: { 200: AcceptanceView },
  problems: [TermsNotInForce],
})

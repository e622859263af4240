/** One-time links with which somebody gets in without a password. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { defineProblem } from './problem.ts'

/** Unknown, used, withdrawn and expired links answer alike. */
export const SetupLinkInvalid = defineProblem({ code: 'setup-link-invalid', status: 410, title: 'This link is not valid any more' })

/** `operator`: from the machine that runs the network; the others come by mail. */
export const LinkPurpose = z.enum(['operator', 'invitation', 'sign-in'])
export type LinkPurpose = z.infer<typeof LinkPurpose>

export const redeemSetupLink = contract({
  method: 'post',
  path: '/setup-links/redeem',
  summary: 'Uses a one-time link up and answers the recovery flow and code that it stood for',
  body: z.strictObject({ token: z.string().min(1).max(200) }),
  answers: { 200: z.object({ purpose: LinkPurpose, flowId: z.string(), code: z.string() }) },
  problems: [SetupLinkInvalid],
})

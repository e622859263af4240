/** One-time links with which an administrator sets a first password. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { defineProblem } from './problem.ts'

/** Unknown, used and expired links answer alike. */
export const SetupLinkInvalid = defineProblem({ code: 'setup-link-invalid', status: 410, title: 'This link is not valid any more' })

export const redeemSetupLink = contract({
  method: 'post',
  path: '/setup-links/redeem',
  summary: 'Uses a one-time link up and answers the recovery flow and code that it stood for',
  body: z.strictObject({ token: z.string().min(1).max(200) }),
  answers: { 200: z.object({ flowId: z.string(), code: z.string() }) },
  problems: [SetupLinkInvalid],
})

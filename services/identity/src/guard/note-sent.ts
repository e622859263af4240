/** Whether a login flow that was asked for a code has sent one, and whereto: what people are answered does not tell. */
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { foldIdentifier, isPhone } from '../limits/fold.ts'
import { flowIdOf, sendingOf } from '../limits/guess.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import { sentCode, unknownAccount } from './code-flow.ts'
import type { GuardStep, Passage } from './steps.ts'

const Messages = z.array(z.object({ id: z.number() }))
const Said = z.object({ ui: z.object({ messages: Messages, nodes: z.array(z.object({ messages: Messages.nullish() })) }) })

export function noteSent(deps: Deps): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    const sending = sendingOf(passage)
    if (sending?.flow !== 'login') return answer
    if (says(answer, unknownAccount)) return { ...answer, nothingSent: true }
    if (says(answer, sentCode) && sending.recipient !== '') await noteRecipient(deps, passage, sending.recipient)
    return answer
  }
}

/**
 * Kratos deletes the codes that a flow has sent when it sends another (`loginSendCode` in selfservice/strategy/code of both releases), not
 * when it knows nobody: until then the number of before decides whether a code counts.
 */
async function noteRecipient({ app, guardKeys }: Deps, { submission }: Passage, recipient: string): Promise<void> {
  const key = isPhone(foldIdentifier(recipient)) ? guardKeys.account(recipient) : null
  await app.db.execute(sql`update guard_flows set phone_key = ${key}::bytea where flow_id = ${flowIdOf(submission.lockKey)}`)
}

function says(answer: UpstreamAnswer, message: number): boolean {
  const said = Said.safeParse(jsonOf(answer)).data?.ui
  if (said === undefined) return false
  // What is wrong with a field is about this submission; what stands above may be from the one before.
  return said.messages.some(({ id }) => id === message) && said.nodes.every(({ messages }) => !messages?.length)
}

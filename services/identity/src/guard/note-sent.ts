/** Whether a login flow that was asked for a code has sent one: what people are answered does not tell. */
import { z } from 'zod'
import { sendingOf } from '../limits/guess.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import { unknownAccount } from './code-flow.ts'
import type { GuardStep } from './steps.ts'

const Said = z.object({ ui: z.object({ messages: z.array(z.object({ id: z.number() })) }) })

export function noteSent(): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    if (sendingOf(passage)?.flow !== 'login') return answer
    return says(answer, unknownAccount) ? { ...answer, nothingSent: true } : answer
  }
}

function says(answer: UpstreamAnswer, message: number): boolean {
  return Said.safeParse(jsonOf(answer)).data?.ui.messages.some(({ id }) => id === message) ?? false
}

import { IdentityServiceDown } from '@app/contracts/common-problems'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import type { FlowKind } from './guarded-paths.ts'
import type { GuardStep, Passage } from './steps.ts'

const continuity = /^ory_kratos_continuity=/
const Opened = z.object({ type: z.enum(['api', 'browser']) })

/**
 * An app comes back from a provider by its codes. With the cookie that Kratos sets on the way there it could get its token straight from the
 * callback, which is not the guard's: neither counted nor judged.
 */
export function appsExchange(deps: Deps): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    const { guarded } = passage
    if (guarded.kind !== 'flow' || answer.status !== 422 || !(answer.headers['set-cookie'] ?? []).some((line) => continuity.test(line)))
      return answer
    return (await typeOf(deps, guarded.flow, passage)) === 'api' ? withoutCookies(answer) : answer
  }
}

/** @throws {IdentityServiceDown} what cannot be read cannot be judged. */
async function typeOf({ kratosPublic }: Deps, flow: FlowKind, { submission }: Passage): Promise<'api' | 'browser'> {
  const id = new URL(submission.target, 'http://guard').searchParams.get('flow') ?? ''
  const { 'content-type': _, ...headers } = submission.headers
  const read = await kratosPublic.call({ method: 'GET', path: `/self-service/${flow}/flows?id=${id}`, headers, timeoutMs: 3_000 })
  const opened = read.status === 200 ? Opened.safeParse(jsonOf(read)).data : undefined
  if (opened === undefined) throw IdentityServiceDown(undefined, { cause: new Error(`a flow could not be read: ${read.status}`) })
  return opened.type
}

function withoutCookies(answer: UpstreamAnswer): UpstreamAnswer {
  const { 'set-cookie': _, ...headers } = answer.headers
  return { ...answer, headers }
}

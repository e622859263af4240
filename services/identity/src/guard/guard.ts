/**
 * The guard: everything that people submit to Kratos passes here, one submission per flow at a time, and what it ends is
 * published before it is answered.
 */
import { SubmissionInProgress } from '@app/contracts/common-problems'
import type { AppEnv } from '@app/http/service-app'
import type { Context, Hono } from 'hono'
import type { Deps } from '../deps.ts'
import { personKey } from '../person-lock.ts'
import type { UpstreamAnswer } from '../upstream.ts'
import { guardSteps } from './guard-steps.ts'
import { findGuarded } from './guarded-paths.ts'
import { credentialsOf, headersOut } from './headers.ts'
import { createSteadiness, isFailure, refuseFailure, type Steadiness } from './kratos-answer.ts'
import { type Next, type Passage, through } from './steps.ts'
import { readSubmission } from './submission.ts'

/** A hook that is down costs Kratos three tries and 3.3 s, a slow one more. */
const answerTimeoutMs = 12_000
/** For all turns of a submission, and together with the above less than nginx waits (20 s). */
const waitMs = 6_000

/** Mounts the guard beside the contract routes of the public app. */
export function mountGuard(app: Hono<AppEnv>, open: Deps): void {
  const deps = { ...open, steadiness: createSteadiness() }
  const pass = passing(deps)
  for (const pattern of ['/self-service/*', '/sessions', '/sessions/*']) app.all(pattern, (c) => guard(c, deps, pass))
}

type GuardDeps = Deps & { readonly steadiness: Steadiness }

function passing(deps: GuardDeps): Next {
  const steps = guardSteps(deps)
  const submitInSteps = through(steps.inTurn, (passage) => submit(deps, passage))
  return through(steps.waiting, (passage) => {
    const deadline = performance.now() + waitMs
    const { lockKey } = passage.submission
    return inTurn(deps, lockKey === null ? [] : [lockKey], deadline, () =>
      noteFailures(deps, async () => inTurn(deps, await personKeys(deps, passage), deadline, () => submitInSteps(passage))),
    )
  })
}

async function guard(c: Context<AppEnv>, deps: GuardDeps, pass: Next): Promise<Response> {
  const request = c.req.raw
  const requestId = c.get('requestId')
  const guarded = findGuarded(request.method, c.req.path, requestId)
  if (guarded instanceof Response) return guarded
  c.set('pattern', guarded.pattern)
  const submission = await readSubmission(guarded, request, c.req.path, requestId, deps)
  const headers = guarded.kind === 'token-exchange' ? withoutCookies(request.headers) : request.headers
  const answer = await pass({ guarded, submission, credentials: credentialsOf(headers), requestId, address: c.get('address'), headers })
  const hasBody = answer.body.length > 0 && answer.status !== 204 && answer.status !== 304
  return new Response(hasBody ? new Uint8Array(answer.body) : null, {
    status: answer.status,
    headers: headersOut(answer.headers, deps),
  })
}

/** A link to another person's codes would bring what a browser's guest has made into their account: an app has no cookies. */
function withoutCookies(headers: Headers): Headers {
  const rest = new Headers(headers)
  rest.delete('cookie')
  return rest
}

/** Whose settings are saved: what two flows, or an administrator, change at once would be undone by the slower one. */
async function personKeys({ sessions }: Deps, { guarded, credentials }: Passage): Promise<string[]> {
  if (guarded.kind !== 'flow' || guarded.flow !== 'settings') return []
  const session = await sessions.findSession(credentials)
  // With the first key submissions queue among themselves: however many there are, an administrator has one of them to wait for.
  return session === null ? [] : [`settings:${session.userId}`, personKey(session.userId)]
}

async function inTurn(deps: Deps, keys: readonly string[], deadline: number, work: () => Promise<UpstreamAnswer>): Promise<UpstreamAnswer> {
  const [key, ...inner] = keys
  if (key === undefined) return await work()
  const answer = await deps.locks.hold(key, deadline - performance.now(), () => inTurn(deps, inner, deadline, work))
  if (answer === null) throw SubmissionInProgress(undefined, { retryAfterSeconds: 2 })
  return answer
}

async function noteFailures<T>({ steadiness }: GuardDeps, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isFailure(error)) steadiness.noteFailure()
    throw error
  }
}

/** Goes on to its end also when the person has gone: what Kratos has done must be published. */
async function submit(deps: GuardDeps, { guarded, submission, credentials }: Passage): Promise<UpstreamAnswer> {
  const { method, target, headers, body } = submission
  const answer = await deps.kratosPublic.call({ method, path: target, headers, body, timeoutMs: answerTimeoutMs })
  await refuseFailure(deps, answer, { guarded, credentials, identifier: submission.fields['identifier'], steadiness: deps.steadiness })
  return answer
}

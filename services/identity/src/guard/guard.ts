/**
 * The guard: everything that people submit to Kratos passes here, one submission per flow at a time, and what it ends is
 * published before it is answered.
 */
import { IdentityServiceDown, SubmissionInProgress } from '@app/contracts/common-problems'
import type { AppEnv } from '@app/http/service-app'
import { problemResponse } from '@app/http/to-problem'
import type { Context, Hono } from 'hono'
import type { Deps } from '../deps.ts'
import { expectChange, forgetChange } from '../pending.ts'
import type { UpstreamAnswer } from '../upstream.ts'
import { endedBy, hasPassed, sessionBefore } from './endings.ts'
import { findGuarded, type Guarded } from './guarded-paths.ts'
import { type Credentials, credentialsOf, headersOut } from './headers.ts'
import { createSteadiness, isHookFailure, refuseFailure, type Steadiness } from './kratos-answer.ts'
import { readSubmission, type Submission } from './submission.ts'

/** A hook that is down costs Kratos three tries and 3.3 s, a slow one more. */
const answerTimeoutMs = 12_000
/** Together with the above less than nginx waits (20 s). */
const waitMs = 6_000

/** Mounts the guard beside the contract routes of the public app. */
export function mountGuard(app: Hono<AppEnv>, open: Deps): void {
  const deps = { ...open, steadiness: createSteadiness() }
  for (const pattern of ['/self-service/*', '/sessions', '/sessions/*']) app.all(pattern, (c) => guard(c, deps))
}

type GuardDeps = Deps & { readonly steadiness: Steadiness }

async function guard(c: Context<AppEnv>, deps: GuardDeps): Promise<Response> {
  const request = c.req.raw
  const requestId = c.get('requestId')
  const guarded = findGuarded(request.method, c.req.path, requestId)
  if (guarded instanceof Response) return guarded
  c.set('pattern', guarded.pattern)
  const submission = await readSubmission(guarded, request, c.req.path, requestId, deps.publicOrigin)
  const credentials = credentialsOf(request.headers)
  const answer = await inTurn(deps, submission.lockKey, () => noteFailures(deps, () => submit(deps, guarded, submission, credentials)))
  if (answer === null) return problemResponse(SubmissionInProgress(undefined, { retryAfterSeconds: 2 }), requestId)
  const hasBody = answer.body.length > 0 && answer.status !== 204 && answer.status !== 304
  return new Response(hasBody ? new Uint8Array(answer.body) : null, {
    status: answer.status,
    headers: headersOut(answer.headers, deps.publicOrigin),
  })
}

async function inTurn<T>({ locks }: Deps, key: string | null, work: () => Promise<T>): Promise<T | null> {
  return key === null ? await work() : await locks.hold(key, waitMs, work)
}

async function noteFailures<T>({ steadiness }: GuardDeps, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (IdentityServiceDown.is(error) && !isHookFailure(error)) steadiness.noteFailure()
    throw error
  }
}

/** Goes on to its end also when the person has gone: what Kratos has done must be published. */
async function submit(deps: GuardDeps, guarded: Guarded, submission: Submission, credentials: Credentials): Promise<UpstreamAnswer> {
  const before = await sessionBefore(deps, guarded, submission, credentials)
  const expected = await expectVerification(deps, guarded, submission)
  const { method, target, headers, body } = submission
  const answer = await deps.kratosPublic.call({ method, path: target, headers, body, timeoutMs: answerTimeoutMs })
  await refuseFailure(deps, answer, { guarded, credentials, identifier: submission.fields['identifier'], steadiness: deps.steadiness })
  if (expected !== null && !hasPassed(answer)) await forgetChange(deps, 'unverified', expected)
  for (const ended of await endedBy(deps, guarded, { before, credentials }, answer)) await deps.revocations.publish(ended)
  return answer
}

/** The hook that tells whose address was verified may be lost: the flow is written down before its code is tried. */
async function expectVerification({ app }: Deps, guarded: Guarded, submission: Submission): Promise<string | null> {
  if (guarded.kind !== 'flow' || (guarded.flow !== 'verification' && guarded.flow !== 'recovery')) return null
  if (typeof submission.fields['code'] !== 'string' || submission.lockKey === null) return null
  const flowId = submission.lockKey.slice('flow:'.length)
  await expectChange(app.db, 'unverified', flowId)
  return flowId
}

/**
 * Signing in with a code answers the same whether anybody has the address: Kratos says 4000035 for those it does not know, and its
 * flow shows as much to whoever reads it again.
 */
import { sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { flowIdOf } from '../limits/guess.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'
import { type Asked, codeFlow, LoginFlow, nextMessage, unknownAccount } from './code-flow.ts'
import type { GuardStep, Passage } from './steps.ts'

/** What Kratos says about codes and passwords; anything else, such as a missing field, is the form's own matter. */
const verdicts = new Set([unknownAccount, 1_010_014, 4_010_008, 4_000_001, 4_000_006])

interface Kept extends Record<string, unknown> {
  readonly asked: Asked
  readonly typed: string | null
  readonly tries: number
}

export function answerAlike(deps: Deps): GuardStep {
  return async (passage, next) => {
    const answer = await next(passage)
    if (passage.guarded.kind === 'login-flow') return await readAlike(deps, String(passage.submission.fields['id']), answer)
    const asked = askedOf(passage)
    const flow = asked === null || answer.status !== 400 ? undefined : LoginFlow.safeParse(jsonOf(answer)).data
    if (asked === null || flow === undefined || flow.requested_aal !== 'aal1') return answer
    if (!(flow.ui.messages ?? []).some(({ id }) => verdicts.has(id))) return answer
    const kept = await noteAsked(deps, passage, asked)
    return kept === null ? answer : withFlow(deps, answer, flow, kept)
  }
}

function askedOf({ guarded, submission: { fields } }: Passage): Asked | null {
  if (guarded.kind !== 'flow' || guarded.flow !== 'login') return null
  if (fields['method'] === 'password') return 'password'
  if (fields['method'] !== 'code') return null
  return typeof fields['code'] === 'string' && fields['code'] !== '' && !fields['resend'] ? 'code' : 'send'
}

/** Nothing is kept of a flow that never sent a code. */
async function noteAsked({ app, guardKeys }: Deps, { submission }: Passage, asked: Asked): Promise<Kept | null> {
  const { identifier } = submission.fields
  const sealed = asked !== 'password' && typeof identifier === 'string' ? guardKeys.seal(identifier).toString('hex') : null
  const [row] = await app.db.execute<Kept>(sql`
    update guard_flows set
      asked = ${asked},
      tries = tries + ${asked === 'code' ? 1 : 0}::integer,
      typed = coalesce(decode(${sealed}::text, 'hex'), typed)
    where flow_id = ${flowIdOf(submission.lockKey)} returning asked, encode(typed, 'hex') as typed, tries`)
  return row ?? null
}

/** Whoever reads the flow again sees what the last answer showed. */
async function readAlike(deps: Deps, flowId: string, answer: UpstreamAnswer): Promise<UpstreamAnswer> {
  const [kept] = await deps.app.db.execute<Kept>(
    sql`select asked, encode(typed, 'hex') as typed, tries from guard_flows where flow_id = ${flowId} and asked is not null`,
  )
  const flow = kept === undefined || answer.status !== 200 ? undefined : LoginFlow.safeParse(jsonOf(answer)).data
  // What went well is no secret to whoever did it.
  if (kept === undefined || flow === undefined || flow.state === 'passed_challenge') return answer
  return withFlow(deps, answer, flow, kept)
}

function withFlow({ guardKeys }: Deps, answer: UpstreamAnswer, flow: LoginFlow, { asked, typed, tries }: Kept): UpstreamAnswer {
  const identifier = typed === null ? null : guardKeys.open(Buffer.from(typed, 'hex'))
  if (identifier === null) return answer
  return { ...answer, body: Buffer.from(JSON.stringify(codeFlow(flow, identifier, nextMessage(asked, tries)))) }
}

/** Reads what somebody submits: what the guard has understood is what Kratos gets, written anew. */
import { createHash } from 'node:crypto'
import { BodyTooLarge, InvalidRequest, UnsupportedMediaType } from '@app/contracts/common-problems'
import { checkOrigin, type Origins } from '@app/http/origin-check'
import { type FieldRules, limitBytes, readFields } from './fields.ts'
import { type Guarded, isUuid } from './guarded-paths.ts'
import { credentialsOf, headersIn } from './headers.ts'

const formType = /^application\/x-www-form-urlencoded\s*(;.*)?$/i
/** Kratos' logout tokens are 39 characters long; return addresses are checked by Kratos itself. */
const maxParameterLength = 2_000

export interface Submission {
  readonly method: string
  /** Path and query, rebuilt from what was understood. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** The fields of a JSON body. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Submissions with one key are handled one after another; null for what cannot be used up. */
  readonly lockKey: string | null
}

/**
 * @throws {CrossOrigin} another site sent it. @throws {InvalidRequest} @throws {BodyTooLarge} @throws {UnsupportedMediaType}
 */
export async function readSubmission(
  guarded: Guarded,
  request: Request,
  path: string,
  requestId: string,
  { codeMode, smsPrefixes, ...origins }: FieldRules & Origins,
): Promise<Submission> {
  const headers = headersIn(request.headers, requestId)
  const query = readQuery(request.url)
  if (guarded.kind === 'oidc-form')
    return { ...(await readForm(request)), method: 'POST', target: path + queryText(query), headers: formHeaders(request, headers) }
  if (guarded.kind === 'error') {
    const errorHeaders = { ...headers, accept: 'application/json' }
    return { method: 'GET', target: path + queryText(pick(query, 'id')), headers: errorHeaders, body: undefined, fields: {}, lockKey: null }
  }
  const hasToken = credentialsOf(request.headers).sessionToken !== undefined
  checkOrigin(request, origins, hasToken)
  if (guarded.kind === 'logout' || guarded.kind === 'settings-flow') {
    const accept = { accept: request.headers.get('accept') ?? 'application/json' }
    const names = guarded.kind === 'logout' ? ['token', 'return_to'] : ['id', 'return_to']
    return {
      method: 'GET',
      target: path + queryText(pick(query, ...names)),
      headers: { ...headers, ...accept },
      body: undefined,
      fields: {},
      lockKey: null,
    }
  }
  const json = { ...headers, accept: 'application/json' }
  if (guarded.kind === 'whoami') {
    const target = path + queryText(pick(query, 'tokenize_as'))
    return { method: 'GET', target, headers: json, body: undefined, fields: {}, lockKey: null }
  }
  if (guarded.kind === 'token-exchange') {
    const codes = pick(query, 'init_code', 'return_to_code')
    const lockKey = `exchange:${hashOf(codes.get('init_code') ?? '')}`
    return { method: 'GET', target: path + queryText(codes), headers: json, body: undefined, fields: {}, lockKey }
  }
  if (guarded.kind === 'login-flow') {
    const id = readFlowId(query, 'id')
    return { method: 'GET', target: `${path}?id=${id}`, headers: json, body: undefined, fields: { id }, lockKey: null }
  }
  if (guarded.kind !== 'flow' && guarded.kind !== 'token-logout') {
    return { method: 'DELETE', target: path, headers: json, body: undefined, fields: {}, lockKey: null }
  }
  const fields = await readFields(request, guarded.kind === 'flow' ? guarded.flow : null, { codeMode, smsPrefixes })
  const body = { body: JSON.stringify(fields), fields, headers: { ...json, 'content-type': 'application/json' } }
  if (guarded.kind === 'token-logout') return { method: 'DELETE', target: path, ...body, lockKey: null }
  const flowId = readFlowId(query, 'flow')
  return { method: 'POST', target: `${path}?flow=${flowId}`, ...body, lockKey: `flow:${flowId}` }
}

function readQuery(url: string): URLSearchParams {
  return new URL(url).searchParams
}

/** @throws {InvalidRequest} */
function readFlowId(query: URLSearchParams, name: 'flow' | 'id'): string {
  const [flowId, ...more] = query.getAll(name)
  const lower = flowId?.toLowerCase() ?? ''
  if (!isUuid(lower) || more.length > 0)
    throw InvalidRequest(undefined, { errors: [{ path: `query.${name}`, message: 'The id of one flow' }] })
  return lower
}

function pick(query: URLSearchParams, ...names: string[]): URLSearchParams {
  const picked = new URLSearchParams()
  for (const name of names) {
    const value = query.get(name)
    if (value !== null && value.length <= maxParameterLength) picked.set(name, value)
  }
  return picked
}

function queryText(query: URLSearchParams): string {
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** Some providers post their answer from their own origin; `state` proves where it belongs, and is used up. */
async function readForm(request: Request): Promise<Pick<Submission, 'body' | 'fields' | 'lockKey'>> {
  if (!formType.test(request.headers.get('content-type') ?? '')) throw UnsupportedMediaType('Send a form')
  const announced = Number(request.headers.get('content-length') ?? Number.POSITIVE_INFINITY)
  if (announced > limitBytes) throw BodyTooLarge(`At most ${limitBytes} bytes, announced by Content-Length`)
  const form = new URLSearchParams(await request.text())
  return { body: form.toString(), fields: {}, lockKey: `oidc:${hashOf(form.get('state') ?? '')}` }
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url')

function formHeaders(request: Request, headers: Record<string, string>): Record<string, string> {
  return { ...headers, accept: request.headers.get('accept') ?? 'text/html', 'content-type': 'application/x-www-form-urlencoded' }
}

/** The fields of a submission: those that Kratos reads, each in its one spelling, and only ways in that have a deciding hook. */
import { InvalidRequest } from '@app/contracts/common-problems'
import { refuseHostileJson } from '@app/http/hostile-json'
import { readJsonBody } from '@app/http/read-body'
import { respellEmail } from '../email.ts'
import type { FlowKind } from './guarded-paths.ts'
import { type CodeMode, fieldsOf, methodsOf } from './known-fields.ts'
import { checkProviderFields } from './provider-fields.ts'
import { respellIdentifier } from './respell.ts'

export const limitBytes = 64 * 1024

type Fields = Record<string, unknown>

/** Kratos reads `Method` and `ſession_token` as well: Go compares the names of fields without case. */
const fieldName = /^[a-z][a-z0-9_]*$/

/** What the configuration says about them. */
export interface FieldRules {
  readonly codeMode: CodeMode
  readonly smsPrefixes: readonly string[]
}

/** NUL and half surrogates are refused here: in Kratos they end as a 500 from Postgres. */
export async function readFields(request: Request, flow: FlowKind | null, rules: FieldRules): Promise<Fields> {
  const json = await readJsonBody(request, limitBytes)
  refuseHostileJson(json)
  if (!isRecord(json)) throw InvalidRequest('The body is not a JSON object')
  if (!Object.keys(json).every((name) => fieldName.test(name))) throw refusal('body', 'Field names are lower case letters, digits and _')
  const passed = flow === null ? json : knownFields(flow, json, rules.codeMode)
  const named = respellFields(passed, ['identifier', 'address'], (typed) => respellIdentifier(typed, rules.smsPrefixes))
  const fields = respellFields(named, ['email'], respellEmail)
  return isRecord(fields['traits']) ? { ...fields, traits: respellFields(fields['traits'], ['email'], respellEmail) } : fields
}

function knownFields(flow: FlowKind, json: Fields, codeMode: CodeMode): Fields {
  const { method } = json
  const methods = methodsOf(flow, codeMode)
  if (method !== undefined && method !== '' && !methods.some((known) => known === method))
    throw refusal('body.method', `One of ${methods.join(', ')}`)
  if (method === 'oidc') checkProviderFields(flow, json)
  return fieldsOf(flow, json)
}

function respellFields(fields: Fields, names: readonly string[], respell: (typed: string) => string): Fields {
  const respelled = names.flatMap((name) => (typeof fields[name] === 'string' ? [[name, respell(fields[name])] as const] : []))
  return { ...fields, ...Object.fromEntries(respelled) }
}

function refusal(path: string, message: string) {
  return InvalidRequest(undefined, { errors: [{ path, message }] })
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

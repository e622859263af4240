/** Turns a request into the input that a contract describes. */
import { InvalidRequest } from '@app/contracts/common-problems'
import type { Contract } from '@app/contracts/contract'
import type { FieldError } from '@app/contracts/problem'
import type { z } from 'zod'
import { formatPath, isStorable, refuseHostileJson } from './hostile-json.ts'
import { readJsonBody } from './read-body.ts'

const maxErrors = 20
const maxQueryFields = 50

export interface ParsedRequest {
  readonly params: Record<string, unknown>
  readonly query: Record<string, unknown>
  readonly body: unknown
}

/** @throws {InvalidRequest} naming every wrong field; and what `readJsonBody` throws. */
export async function parseInput(
  contract: Contract,
  request: Request,
  params: Record<string, string>,
  limitBytes: number,
): Promise<ParsedRequest> {
  const parsedParams = contract.params ? parse(contract.params, refuseHostileText(params)) : {}
  const parsedQuery = contract.query ? parse(contract.query, readQuery(request.url)) : refuseQuery(request.url)
  return {
    params: parsedParams,
    query: parsedQuery,
    body: contract.body ? await readBody(contract, contract.body, request, limitBytes) : undefined,
  }
}

async function readBody(contract: Contract, schema: z.ZodType, request: Request, limitBytes: number): Promise<unknown> {
  const json = await readJsonBody(request, limitBytes)
  refuseHostileJson(json, contract.takesAnyText)
  return parse(schema, json)
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw InvalidRequest(undefined, { errors: result.error.issues.flatMap(fieldErrors).slice(0, maxErrors) })
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: formatPath(issue.path), message: issue.message }]
  return issue.keys.slice(0, maxErrors).map((key) => ({ path: formatPath([...issue.path, key]), message: 'Unknown field' }))
}

function refuseHostileText(values: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(values)) {
    if (!isStorable(value)) throw invalid(name, 'Text with a NUL or half a surrogate pair')
  }
  return values
}

function readQuery(url: string): Record<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of searchOf(url)) {
    if (values.has(name)) throw invalid(name, 'Given twice')
    if (values.size >= maxQueryFields) throw invalid(name, 'Too many fields')
    values.set(name, value)
  }
  // Object.fromEntries makes `__proto__` a field like any other, which a strict schema drops without a word: refuse it here.
  if (values.has('__proto__')) throw invalid('__proto__', 'Unknown field')
  return refuseHostileText(Object.fromEntries(values))
}

function refuseQuery(url: string): Record<string, never> {
  if (!url.includes('?')) return {}
  const [first] = searchOf(url)
  if (first) throw invalid(first[0], 'Unknown field')
  return {}
}

function searchOf(url: string): URLSearchParams {
  const start = url.indexOf('?')
  return new URLSearchParams(start < 0 ? '' : url.slice(start).split('#', 1)[0])
}

function invalid(name: string, message: string) {
  return InvalidRequest(undefined, { errors: [{ path: formatPath([name]), message }] })
}

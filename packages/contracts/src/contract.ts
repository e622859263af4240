/**
 * A contract is the one description of a route: server, typed client, OpenAPI document, 405s and tests are made from it.
 * Runs in the browser too: nothing here may import from Node.
 */
import type { z } from 'zod'
import type { Problem } from './problem.ts'
import { findLooseObject } from './strict.ts'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

export interface Contract {
  readonly method: Method
  /** `/users/{userId}`: mounted under `/api/v1`. `/internal/…`: on the internal port, as it is. */
  readonly path: `/${string}`
  readonly summary: string
  /** One field per `{name}` of the path. */
  readonly params?: z.ZodObject
  /** Values arrive as strings; a repeated name is refused. */
  readonly query?: z.ZodObject
  /** Fields that the schema does not name are refused at every level: use `z.strictObject`. */
  readonly body?: z.ZodType
  /** By status. An answer is parsed before it is sent, so what a schema does not name stays inside. `noContent` for 204. */
  readonly answers: { readonly [status: number]: z.ZodType }
  /** Beyond what every route can answer (`common-problems`). */
  readonly problems?: readonly Problem[]
  /** Lets NUL and lone surrogates in the body through: for hooks that must refuse such text in their caller's own format. */
  readonly takesAnyText?: true
}

/**
 * Checks and returns a contract with all its literal types.
 *
 * @throws {Error} the path's placeholders are not the fields of `params`, a GET has a body, or input has an object that is not strict.
 */
export function contract<const C extends Contract>(definition: C): C {
  const inPath = [...definition.path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? '').sort()
  const declared = Object.keys(definition.params?.shape ?? {}).sort()
  if (inPath.join() !== declared.join()) {
    throw new Error(`${definition.path}: placeholders are [${inPath.join()}], params are [${declared.join()}]`)
  }
  if (!/^(\/([a-z0-9-]+|\{[a-zA-Z]+\}))+$/.test(definition.path)) throw new Error(`${definition.path}: not a path template`)
  if (definition.method === 'get' && definition.body) throw new Error(`${definition.path}: a GET has no body`)
  if (!Object.keys(definition.answers).some((status) => /^2\d\d$/.test(status))) throw new Error(`${definition.path}: no 2xx answer`)
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = definition[part]
    const loose = schema ? findLooseObject(schema) : null
    if (loose !== null) throw new Error(`${definition.path}: ${part} has an object that is not strict at ${loose}`)
  }
  return definition
}

type Parsed<S, Absent> = S extends z.ZodType ? z.output<S> : Absent

/** What a handler gets. */
export type ParamsOf<C extends Contract> = Parsed<C['params'], Record<never, never>>
export type QueryOf<C extends Contract> = Parsed<C['query'], Record<never, never>>
export type BodyOf<C extends Contract> = Parsed<C['body'], undefined>

/** What a client writes. */
export type ParamsInput<C extends Contract> = C['params'] extends z.ZodType ? z.input<C['params']> : undefined
export type QueryInput<C extends Contract> = C['query'] extends z.ZodType ? z.input<C['query']> : undefined
export type BodyInput<C extends Contract> = C['body'] extends z.ZodType ? z.input<C['body']> : undefined

export type StatusOf<C extends Contract> = keyof C['answers'] & number
/** What a handler hands over for a status. */
export type AnswerInput<C extends Contract, S extends StatusOf<C> = StatusOf<C>> = z.input<C['answers'][S]>
export type SuccessStatus<C extends Contract> = Extract<StatusOf<C>, 200 | 201 | 202 | 203 | 204 | 205 | 206>
/** What a client gets back when all went well. */
export type AnswerOf<C extends Contract> = z.output<C['answers'][SuccessStatus<C>]>

/** True for a route of the internal port. */
export function isInternal(definition: Pick<Contract, 'path'>): boolean {
  return definition.path.startsWith('/internal/')
}

/** Where the public routes are mounted. */
export const publicPrefix = '/api/v1'

/** The address of a route: placeholders filled and encoded, query appended; relative to the origin. */
export function addressOf(definition: Contract, params: Record<string, unknown> = {}, query: Record<string, unknown> = {}): string {
  const path = definition.path.replace(/\{([^}]*)\}/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== null) search.set(name, String(value))
  return `${isInternal(definition) ? '' : publicPrefix}${path}${search.size > 0 ? `?${search}` : ''}`
}

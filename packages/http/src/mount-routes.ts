/** Mounts contract routes on a Hono app, with the 405s and OPTIONS that follow from them. */
import { InternalError, MethodNotAllowed } from '@app/contracts/common-problems'
import { type Contract, isInternal, publicPrefix } from '@app/contracts/contract'
import type { Log } from '@app/log/log'
import type { Context, Hono } from 'hono'
import { checkPermission, findActor, type Gatekeepers } from './authorize.ts'
import { type ParsedRequest, parseInput } from './parse-input.ts'
import type { AppEnv } from './request-scope.ts'
import { type Answer, type AnswerHeaders, type RequestFacts, type Route, resultAnswer } from './route.ts'
import { problemResponse } from './to-problem.ts'
import { parseIfMatch } from './version-header.ts'

export interface MountOptions extends Gatekeepers {
  readonly log: Log
  readonly bodyLimitBytes: number
}

/** @throws {Error} two routes have the same method and path. */
export function mountRoutes(app: Hono<AppEnv>, routes: readonly Route[], options: MountOptions): void {
  for (const [path, group] of groupByPath(routes)) {
    const pattern = path.replace(/\{([^}]*)\}/g, ':$1')
    for (const route of group) {
      app.on(route.contract.method.toUpperCase(), pattern, (c) => {
        c.set('pattern', path)
        return handle(c, route, options)
      })
    }
    app.all(pattern, (c) => {
      c.set('pattern', path)
      return refuseMethod(c, allowedMethods(group))
    })
  }
}

/** `/users/me` before `/users/{userId}`, whatever order the service lists them in. */
function groupByPath(routes: readonly Route[]): [string, Route[]][] {
  const groups = new Map<string, Route[]>()
  const seen = new Set<string>()
  for (const route of routes) {
    const path = mountedPath(route.contract)
    const key = `${route.contract.method} ${path.replace(/\{[^}]*\}/g, '{}')}`
    if (seen.has(key)) throw new Error(`Two routes are ${key}`)
    seen.add(key)
    groups.set(path, [...(groups.get(path) ?? []), route])
  }
  return [...groups].sort(([a], [b]) => (sortKey(a) < sortKey(b) ? -1 : 1))
}

/** Placeholders sort after every letter: `{` is `~`, which no path has. */
function sortKey(path: string): string {
  return path.replaceAll('{', '~')
}

/** Where a contract is found on its port. */
export function mountedPath(contract: Contract): string {
  return isInternal(contract) ? contract.path : `${publicPrefix}${contract.path}`
}

function allowedMethods(group: readonly Route[]): string[] {
  const methods = group.map(({ contract }) => contract.method.toUpperCase())
  return [...(methods.includes('GET') ? ['HEAD'] : []), ...methods, 'OPTIONS'].sort()
}

/** OPTIONS says what there is; there are no CORS headers, because other origins have no business here. */
function refuseMethod(c: Context<AppEnv>, methods: readonly string[]): Response {
  const allow = methods.join(', ')
  if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow, 'x-request-id': c.get('requestId') } })
  const problem = MethodNotAllowed(`Use ${allow}`)
  c.set('problem', problem)
  return problemResponse(problem, c.get('requestId'), { allow })
}

async function handle(c: Context<AppEnv>, route: Route, options: MountOptions): Promise<Response> {
  const { contract, access } = route
  const request = c.req.raw
  const actor = await findActor(access, request, options)
  if (actor) c.set('actor', actor)
  const input = await parseInput(contract, request, c.req.param(), options.bodyLimitBytes)
  const facts = requestFacts(c)
  await checkPermission(contract, access, actor, input, options)
  const result = await callHandler(route, { ...input, actor, request: facts })
  const answer = resultAnswer(contract, result)
  return renderAnswer(c, contract, answer, options.log)
}

async function callHandler(route: Route, input: ParsedRequest & { actor: unknown; request: RequestFacts }): Promise<unknown> {
  try {
    return await route.handle(input)
  } catch (error) {
    if (error instanceof Error) throw error
    throw new Error('A handler threw something that is not an error', { cause: error })
  }
}

function requestFacts(c: Context<AppEnv>): RequestFacts {
  const request = c.req.raw
  return {
    id: c.get('requestId'),
    traceparent: c.get('traceparent'),
    address: c.get('address'),
    headers: request.headers,
    // Read by those who change something; others need not mind what it says.
    get ifMatch() {
      return parseIfMatch(request.headers.get('if-match'))
    },
    get signal() {
      return request.signal
    },
  }
}

/** The text of answers that a handler gives more than once, e.g. as long as a session is kept: parsed and written once. */
const rendered = new WeakMap<Answer<number, unknown>, { readonly contract: Contract; readonly text: string | null }>()

function renderAnswer(c: Context<AppEnv>, contract: Contract, answer: Answer<number, unknown>, log: Log): Response {
  const before = rendered.get(answer)
  const text = before?.contract === contract ? before.text : textOf(c, contract, answer, log)
  if (before === undefined) rendered.set(answer, { contract, text })
  const { status } = answer
  const content = text === null ? {} : { 'content-type': 'application/json' }
  const headers = { 'cache-control': 'no-store', 'x-request-id': c.get('requestId'), ...answer.headers, ...content }
  c.set('namesRequest', true)
  return new Response(text, { status, headers: listed(headers) })
}

/** An answer that breaks its contract is our mistake and stays inside: it may hold what the contract was to keep back. */
function textOf(c: Context<AppEnv>, contract: Contract, answer: Answer<number, unknown>, log: Log): string | null {
  const result = contract.answers[answer.status]?.safeParse(answer.body)
  if (!result?.success) {
    const issues = result?.error.issues.slice(0, 20).map(({ path, code }) => `${path.join('.')}: ${code}`) ?? [`no answer ${answer.status}`]
    log.error({ requestId: c.get('requestId'), route: contract.path, issues }, 'answer breaks its contract')
    throw InternalError()
  }
  return answer.status === 204 || result.data === undefined ? null : JSON.stringify(result.data)
}

/** A list only where a name comes twice: a plain object is several times cheaper. */
function listed(headers: AnswerHeaders): Record<string, string> | [string, string][] {
  if (isPlain(headers)) return headers
  return Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]),
  )
}

function isPlain(headers: AnswerHeaders): headers is Record<string, string> {
  for (const name in headers) if (typeof headers[name] !== 'string') return false
  return true
}

/** What the guard lets through to Kratos, and nothing else. Paths are compared as they were sent: no decoding, no folding. */
import { MethodNotAllowed, RouteNotFound } from '@app/contracts/common-problems'
import { problemResponse } from '@app/http/to-problem'

export type FlowKind = 'login' | 'registration' | 'settings' | 'recovery' | 'verification'

export type Guarded =
  | { readonly kind: 'flow'; readonly flow: FlowKind; readonly pattern: string }
  /** Reading a login flow, which must not show whether anybody has the address. */
  | { readonly kind: 'login-flow'; readonly pattern: string }
  /** Which tells about a person only who has shown all their factors. */
  | { readonly kind: 'whoami'; readonly pattern: string }
  /** Where an app that sent somebody to a provider gets its session. */
  | { readonly kind: 'token-exchange'; readonly pattern: string }
  /** Opening or reading the settings, which show what is known about the person. */
  | { readonly kind: 'settings-flow'; readonly pattern: string }
  | { readonly kind: 'oidc-form'; readonly pattern: string }
  | { readonly kind: 'logout' | 'token-logout' | 'other-sessions' | 'error'; readonly pattern: string }
  | { readonly kind: 'one-session'; readonly sessionId: string; readonly pattern: string }

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const flowPath = /^\/self-service\/(login|registration|settings|recovery|verification)$/
const oidcPath = /^\/self-service\/methods\/oidc\/callback(\/[A-Za-z0-9_-]{1,64})?$/
const settingsPath = /^\/self-service\/settings\/(browser|api|flows)$/
const sessionPath = /^\/sessions\/([^/]+)$/

/** The one spelling of a flow or session id: Kratos reads several, and each would be a queue of its own. */
export function isUuid(text: string): boolean {
  return uuid.test(text)
}

interface Known {
  readonly method: string
  readonly guarded: Guarded
}

/** Null when the path is none of ours; the method is checked separately, so that a wrong one is a 405. */
function findPath(path: string): Known | null {
  const flow = flowPath.exec(path)?.[1]
  // Kratos takes submissions by GET too, which would pass by the queue and the origin check.
  if (flow !== undefined && isFlowKind(flow)) return { method: 'POST', guarded: { kind: 'flow', flow, pattern: path } }
  if (path === '/self-service/login/flows') return { method: 'GET', guarded: { kind: 'login-flow', pattern: path } }
  if (oidcPath.test(path)) return { method: 'POST', guarded: { kind: 'oidc-form', pattern: '/self-service/methods/oidc/callback' } }
  // Kratos tells there what went wrong, internal addresses included.
  if (path === '/self-service/errors') return { method: 'GET', guarded: { kind: 'error', pattern: path } }
  if (path === '/self-service/logout') return { method: 'GET', guarded: { kind: 'logout', pattern: path } }
  if (path === '/self-service/logout/api') return { method: 'DELETE', guarded: { kind: 'token-logout', pattern: path } }
  if (settingsPath.test(path)) return { method: 'GET', guarded: { kind: 'settings-flow', pattern: path } }
  if (path === '/sessions/whoami') return { method: 'GET', guarded: { kind: 'whoami', pattern: path } }
  if (path === '/sessions/token-exchange') return { method: 'GET', guarded: { kind: 'token-exchange', pattern: path } }
  if (path === '/sessions') return { method: 'DELETE', guarded: { kind: 'other-sessions', pattern: path } }
  const sessionId = sessionPath.exec(path)?.[1]
  if (sessionId === undefined || !isUuid(sessionId)) return null
  return { method: 'DELETE', guarded: { kind: 'one-session', sessionId, pattern: '/sessions/{sessionId}' } }
}

function isFlowKind(text: string): text is FlowKind {
  return ['login', 'registration', 'settings', 'recovery', 'verification'].includes(text)
}

/** What the request is for, or the 404 or 405 that answers it. */
export function findGuarded(method: string, path: string, requestId: string): Guarded | Response {
  const known = findPath(path)
  if (known === null) return problemResponse(RouteNotFound(), requestId)
  if (known.method === method) return known.guarded
  return problemResponse(MethodNotAllowed(`Use ${known.method}`), requestId, { allow: known.method })
}

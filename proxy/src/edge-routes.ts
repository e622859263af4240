/**
 * The paths of Kratos' public API that may be asked from outside, with the methods and who answers.
 *
 * This is the whole list: a path or method that is not here is never forwarded. It is matched on the path as it was
 * sent, so another spelling of an allowed path (encoded, with dots, doubled slashes or parameters) is not allowed either.
 */
import { map } from './text.ts'

type Target = 'kratos' | 'guard'
type EdgeRoute = { path: string; methods: Partial<Record<'GET' | 'HEAD' | 'POST' | 'DELETE', Target>>; query?: string }

const FLOW = '(?:login|registration|settings|recovery|verification)'
const OPEN_TO_ALL = '(?:login|registration|recovery|verification)'
const READ = { GET: 'kratos', HEAD: 'kratos' } as const

export const edgeRoutes: readonly EdgeRoute[] = [
  // Kratos' own answer shows whether a code was sent, and so whether anybody has the address.
  { path: '/self-service/login/flows', methods: { GET: 'guard', POST: 'guard' } },
  { path: `/self-service/${OPEN_TO_ALL}/(?:browser|api)`, methods: READ },
  { path: '/self-service/(?:registration|recovery|verification)/flows', methods: READ },
  { path: '/self-service/logout/browser', methods: READ },
  // HEAD would sign out too where a router takes it for a GET.
  { path: '/self-service/logout', methods: { GET: 'guard', POST: 'guard' } },
  { path: '/self-service/logout/api', methods: { DELETE: 'guard', POST: 'guard' } },
  // Kratos' own words name internal addresses.
  { path: '/self-service/errors', methods: { GET: 'guard', POST: 'guard' } },
  { path: '/self-service/methods/oidc/callback(?:/[A-Za-z0-9_-]+)?', methods: { GET: 'kratos', POST: 'guard' } },
  // Kratos takes a submission by GET as well (the fields in the query), and the link in a verification mail is such a GET. With
  // a code it only fills in the form; all others submit, so they are the guard's like every submission.
  { path: '/self-service/verification', query: '(?:[^#]*&)?code=[A-Za-z0-9]+(?:&[^#]*)?', methods: { GET: 'kratos', POST: 'guard' } },
  { path: `/self-service/${FLOW}`, methods: { GET: 'guard', POST: 'guard' } },
  { path: '/self-service(?:/[A-Za-z0-9_-]+)+', methods: { POST: 'guard' } },
  // Kratos tells who somebody is also to a session of one factor of two.
  { path: '/sessions/whoami', methods: { GET: 'guard' } },
  { path: '/self-service/settings/(?:browser|api|flows)', methods: { GET: 'guard', POST: 'guard' } },
  // A sign-in like any other: of the app that sent somebody to a provider.
  { path: '/sessions/token-exchange', methods: { GET: 'guard' } },
  // Kratos lists them to a session of one factor too; `GET /api/v1/sessions` does not.
  { path: '/sessions', methods: { DELETE: 'guard' } },
  { path: '/sessions/[A-Za-z0-9-]+', methods: { DELETE: 'guard' } },
  { path: '/schemas(?:/[A-Za-z0-9_=-]+)?', methods: READ },
  { path: '/\\.well-known/ory/webauthn\\.js', methods: READ },
  { path: '/health/(?:alive|ready)', methods: READ },
]

/** Locations, by nginx' normalised path, whose requests are then judged by the table above. */
export const edgeLocations: readonly string[] = [
  // The bare names too: nginx would redirect them to the same with a slash.
  '= /self-service',
  '= /.well-known/ory',
  '^~ /self-service/',
  '= /sessions',
  '^~ /sessions/',
  '= /schemas',
  '^~ /schemas/',
  '^~ /.well-known/ory/',
  '= /health/alive',
  '= /health/ready',
]

/** `$edge_target`: `kratos`, `guard` or empty. `$edge_allow`: the methods of the path, empty when there is no such path. */
export function edgeMaps(): string[] {
  const end = (route: EdgeRoute) => (route.query === undefined ? '(?:\\?[^#]*)?$' : `\\?${route.query}$`)
  const targets = edgeRoutes.flatMap((route) => {
    const methods = new Map<Target, string[]>()
    for (const [method, target] of Object.entries(route.methods)) methods.set(target, [...(methods.get(target) ?? []), method])
    return [...methods].map(([target, names]) => [`~^(?:${names.join('|')}) ${route.path}${end(route)}`, target] as const)
  })
  const allowed = edgeRoutes.map((route) => [`~^${route.path}${end(route)}`, Object.keys(route.methods).join(', ')] as const)
  return [
    ...map('"$request_method $request_uri"', '$edge_target', [['default', ''], ...targets]),
    ...map('$request_uri', '$edge_allow', [['default', ''], ...allowed]),
  ]
}

/** The locations of the one origin. */
import { errorPages } from './answers.ts'
import { preflight } from './cors.ts'
import { edgeLocations } from './edge-routes.ts'
import type { ParsedProxyInput } from './input.ts'
import { block } from './text.ts'

/** Numbers between locations; none is ever sent, and no part answers them. */
const TO_GUARD = 470
const NO_SUCH_PATH = 471
const NO_SUCH_METHOD = 472

/** First segments of interfaces that exist behind the proxy: a probe is told that there is nothing, not shown the web app. */
const PRIVATE = 'admin|identities|metrics|version|internal|health|relation-tuples|namespaces|opl|courier|debug|openapi\\.json'

/** The name of a part's upstream block; prefixed, so that it can never be taken for a host name. */
export const upstreamName = (part: string): string => `part_${part.replaceAll('-', '_')}`

/** For balancers and supervisors: nginx runs. Says nothing about the parts. */
export const healthLocation = (): string[] =>
  block('location = /healthz', ['access_log off;', 'default_type text/plain;', 'return 200 "ok\\n";'])

/** Kratos and the guard. */
export function edge(input: ParsedProxyInput): string[] {
  const judge = [
    ...preflight(input),
    ...block('if ($edge_target = guard)', [`return ${TO_GUARD};`]),
    ...block('if ($edge_allow = "")', [`return ${NO_SUCH_PATH};`]),
    ...block('if ($edge_target = "")', [`return ${NO_SUCH_METHOD};`]),
    ...block('if ($body_of_a_read)', ['return 413;']),
    `error_page ${TO_GUARD} = @guard;`,
    `error_page ${NO_SUCH_PATH} =404 /.vestibule/$answer_kind/404;`,
    `error_page ${NO_SUCH_METHOD} =405 /.vestibule/$answer_kind/405;`,
    // Kratos' own 5xx tell addresses and reasons of the inside; its 4xx are what the web app renders. Its 500 is a database
    // that does not answer, which is over in a moment: 503.
    'proxy_intercept_errors on;',
    ...errorPages([413, 429, 501, 502, 503, 504]),
    'error_page 500 =503 /.vestibule/$answer_kind/503;',
    'client_max_body_size 64k;',
    `proxy_read_timeout ${input.timeouts.kratos}s;`,
    ownRedirects(input),
    `proxy_pass http://${upstreamName('kratos')};`,
  ]
  const guard = block('location @guard', [
    ...block('if ($body_of_a_read)', ['return 413;']),
    `client_max_body_size ${input.bodyLimits.guardKib}k;`,
    `proxy_read_timeout ${input.timeouts.kratos}s;`,
    `proxy_pass http://${upstreamName('identity')};`,
  ])
  return [...edgeLocations.flatMap((location) => block(`location ${location}`, judge)), ...guard]
}

/**
 * Any other address becomes the home screen. Kratos takes `http:\\evil.example` in `return_to` for a path of ours and redirects whoever
 * is signed in there, and a browser reads it as `http://evil.example`.
 */
function ownRedirects({ publicUrl, formOrigins, returnUrls }: ParsedProxyInput): string {
  const places = [...[publicUrl, ...formOrigins].map((url) => new URL(url).origin), ...returnUrls]
  const origins = places.map((place) => place.replaceAll('.', '\\.'))
  return `proxy_redirect "~^(?!(?:${origins.join('|')})(?:[/?#]|$)|/(?![/\\x5c])).*$" "/";`
}

/** The services below /api/v1, and the API reference. */
export function api(input: ParsedProxyInput): string[] {
  const services = input.segments.flatMap(({ segment, upstream }) => {
    const lines = [
      ...preflight(input),
      ...block('if ($api_path_ok = "")', ['return 404;']),
      ...block('if ($api_method_ok = "")', ['return 405;']),
      ...block('if ($body_of_a_read)', ['return 413;']),
      `client_max_body_size ${input.bodyLimits.apiKib}k;`,
      `proxy_read_timeout ${input.timeouts.api}s;`,
      'gzip on;',
      `proxy_pass http://${upstreamName(upstream)};`,
    ]
    return [...block(`location = /api/v1/${segment}`, lines), ...block(`location ^~ /api/v1/${segment}/`, lines)]
  })
  return [
    ...services,
    ...block('location = /api/docs', ['return 308 /api/docs/;']),
    ...block('location = /api/docs/', [...readsOnly, ...statics, 'try_files /api/docs/index.html =404;']),
    ...block('location ^~ /api/docs/', [...readsOnly, ...statics, 'try_files $uri =404;']),
    ...block('location = /api', ['return 404;']),
    ...block('location ^~ /api/', ['return 404;']),
  ]
}

const readsOnly = block('if ($request_method !~ ^(?:GET|HEAD)$)', ['return 405;'])
const statics = ['gzip on;', 'gzip_static on;', 'charset utf-8;']

/** The web app. */
export function web(): string[] {
  return [
    ...block('location ^~ /assets/', [...readsOnly, ...statics, 'try_files $uri =404;']),
    ...block(`location ~* "^/(?:${PRIVATE})(?:[/;]|$)"`, ['return 404;']),
    ...block('location ~ /\\.', ['return 404;']),
    ...block('location /', [...readsOnly, ...statics, 'try_files $uri $screen_file =404;']),
  ]
}

/** Other front-ends (cross-origin resource sharing): only listed origins, to the letter, and only the interfaces. */
import type { ParsedProxyInput } from './input.ts'
import { block, map } from './text.ts'

const interfaces = '/(?:api/v1|self-service|sessions)(?:[/?]|$)'
const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE'
/** What a front-end may send beside what every browser may. */
const taken = [
  'Accept',
  'Accept-Language',
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'Prefer',
  'X-Act-As',
  'X-CSRF-Token',
  'X-Device-Token',
  'X-Request-Id',
  'X-Session-Token',
  'X-Tenant-Id',
  'traceparent',
].join(', ')
const shown = 'ETag, Location, Retry-After, X-Request-Id'

/** `$cors_origin`: the listed origin that asks, else empty. By the path as sent, which stays the same at an error. */
export function corsMaps({ allowedOrigins }: ParsedProxyInput): string[] {
  if (allowedOrigins.length === 0) return []
  const asked = allowedOrigins.map((origin) => [`~^${origin.replaceAll('.', '\\.')} ${interfaces}`, origin] as const)
  const ofOrigin = (target: string, value: string) =>
    map('$cors_origin', target, [
      ['', ''],
      ['default', value],
    ])
  const ofPreflight = (target: string, value: string) =>
    map('$cors_preflight', target, [
      ['default', ''],
      ['1', value],
    ])
  return [
    ...map('"$http_origin $request_uri"', '$cors_origin', [['default', ''], ...asked]),
    ...map('"$request_method $http_access_control_request_method $cors_origin"', '$cors_preflight', [
      ['default', ''],
      ['~^OPTIONS [A-Z]+ http', '1'],
    ]),
    // Whoever keeps an answer must not give one origin's to another.
    ...map('$request_uri', '$cors_vary', [
      ['default', ''],
      [`~^${interfaces}`, 'Origin'],
    ]),
    ...ofOrigin('$cors_credentials', 'true'),
    ...ofOrigin('$cors_exposed', shown),
    ...ofPreflight('$cors_methods', methods),
    ...ofPreflight('$cors_headers', taken),
    ...ofPreflight('$cors_age', '600'),
  ]
}

/** Headers of every answer; a variable that is empty adds none. */
export function corsHeaders({ allowedOrigins }: ParsedProxyInput): (readonly [name: string, value: string])[] {
  if (allowedOrigins.length === 0) return []
  return [
    ['Access-Control-Allow-Origin', '$cors_origin'],
    ['Access-Control-Allow-Credentials', '$cors_credentials'],
    ['Access-Control-Expose-Headers', '$cors_exposed'],
    ['Access-Control-Allow-Methods', '$cors_methods'],
    ['Access-Control-Allow-Headers', '$cors_headers'],
    ['Access-Control-Max-Age', '$cors_age'],
    ['Vary', '$cors_vary'],
  ]
}

/** The question that a browser asks first is answered here; no part hears of it. */
export const preflight = ({ allowedOrigins }: ParsedProxyInput): string[] =>
  allowedOrigins.length === 0 ? [] : block('if ($cors_preflight)', ['return 204;'])

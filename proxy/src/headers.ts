/** Headers: which of a client's reach a part, what nginx says itself, and what every answer carries. */
import { corsHeaders } from './cors.ts'
import type { ParsedProxyInput } from './input.ts'

/**
 * A client's headers that reach the parts. All others are dropped, so a part may believe what only the proxy or
 * another part can say (X-User-…, X-Kratos-…, X-Forwarded-…, Forwarded, X-Original-URL, X-HTTP-Method-Override).
 * X-Act-As and X-Tenant-Id are wishes that the services check. Accept-Encoding stays here, because nginx compresses.
 */
const PASSED: readonly (readonly [header: string, variable: string])[] = [
  'Accept',
  'Accept-Language',
  'Authorization',
  'Content-Encoding',
  'Content-Type',
  'Cookie',
  'Idempotency-Key',
  'If-Modified-Since',
  'If-None-Match',
  'If-Range',
  'If-Unmodified-Since',
  'Last-Event-ID',
  'Origin',
  'Prefer',
  'Range',
  'Sec-Fetch-Dest',
  'Sec-Fetch-Mode',
  'Sec-Fetch-Site',
  'User-Agent',
  'X-Act-As',
  'X-CSRF-Token',
  'X-Device-Token',
  'X-Session-Token',
  'X-Tenant-Id',
].map((header) => [header, `$http_${header.toLowerCase().replaceAll('-', '_')}`])

/** Headers of every forwarded request. */
export function requestHeaders({ publicUrl }: ParsedProxyInput): string[] {
  const { host, port, protocol } = new URL(publicUrl)
  const scheme = protocol.slice(0, -1)
  const made: readonly (readonly [string, string])[] = [
    ['Host', host],
    ['Connection', ''],
    // Kratos reads True-Client-IP before Cf-Connecting-IP, X-Real-IP and X-Forwarded-For, and shows hooks only the first.
    ...['True-Client-IP', 'CF-Connecting-IP', 'X-Real-IP', 'X-Forwarded-For'].map((name) => [name, '$remote_addr'] as const),
    ['X-Forwarded-Proto', scheme],
    ['X-Forwarded-Host', host],
    ['X-Forwarded-Port', port === '' ? (scheme === 'https' ? '443' : '80') : port],
    ['X-Request-Id', '$edge_request_id'],
    ['traceparent', '$edge_traceparent'],
    ['tracestate', '$edge_tracestate'],
    ['If-Match', '$edge_if_match'],
  ]
  return ['proxy_pass_request_headers off;', ...[...made, ...PASSED].map(([name, value]) => `proxy_set_header ${name} "${value}";`)]
}

/**
 * The content security policy. Scripts come from our files only. antd's css-in-js inserts style elements at run time
 * without a nonce, hence `'unsafe-inline'` for styles, and for styles alone. `data:` images are the QR codes of Kratos.
 */
function contentSecurityPolicy({ formOrigins }: ParsedProxyInput): string {
  const form = ["'self'", ...formOrigins.map((origin) => new URL(origin).origin)].join(' ')
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action ${form}`,
    "frame-ancestors 'none'",
  ].join('; ')
}

const sharing = ['Allow-Origin', 'Allow-Credentials', 'Allow-Methods', 'Allow-Headers', 'Expose-Headers', 'Max-Age']

/**
 * Headers of every answer, errors included. All of them stand at one level, as an `add_header` in a location would drop
 * those above it; what differs per answer is a variable, and an empty one adds nothing.
 */
export function answerHeaders(input: ParsedProxyInput): string[] {
  const fixed: (readonly [string, string])[] = [
    ['Content-Security-Policy', contentSecurityPolicy(input)],
    ['X-Content-Type-Options', 'nosniff'],
    ['X-Frame-Options', 'DENY'],
    // Origin must stay readable for the services' own cross-site check: "no-referrer" would make it null.
    ['Referrer-Policy', 'same-origin'],
    [
      'Permissions-Policy',
      'camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)',
    ],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['X-Request-Id', '$edge_request_id'],
  ]
  if (input.publicUrl.startsWith('https:')) fixed.push(['Strict-Transport-Security', 'max-age=31536000'])
  const byAnswer = [
    ['Cache-Control', '$answer_cache_control'],
    ['Allow', '$answer_allow'],
    ['Retry-After', '$answer_retry_after'],
  ] as const
  return [
    ...fixed.map(([name]) => `proxy_hide_header ${name};`),
    // Who may read an answer is decided here alone.
    ...sharing.map((name) => `proxy_hide_header Access-Control-${name};`),
    'proxy_hide_header X-Powered-By;',
    'proxy_hide_header X-Kratos-Authenticated-Identity-Id;',
    ...[...fixed, ...byAnswer, ...corsHeaders(input)].map(([name, value]) => `add_header ${name} "${value}" always;`),
  ]
}

/** What holds for every request: types, logs, temporary files, patience with clients, compression, trusted balancers. */
import type { ParsedProxyInput } from './input.ts'
import { block, quoted } from './text.ts'

/** Types of what the web build writes; nginx' own list is elsewhere on every system. */
const TYPES = block('types', [
  'text/html html;',
  'text/css css;',
  'text/plain txt;',
  'application/javascript js mjs;',
  'application/json json map;',
  'application/manifest+json webmanifest;',
  'application/wasm wasm;',
  'font/woff2 woff2;',
  'image/svg+xml svg;',
  'image/png png;',
  'image/jpeg jpg jpeg;',
  'image/webp webp;',
  'image/avif avif;',
  'image/x-icon ico;',
])

export function basics(input: ParsedProxyInput): string[] {
  return [
    ...TYPES,
    'default_type application/octet-stream;',
    'server_tokens off;',
    'variables_hash_max_size 4096;',
    'map_hash_bucket_size 256;',
    'proxy_headers_hash_max_size 2048;',
    'server_names_hash_bucket_size 256;',
    'sendfile on;',
    'tcp_nopush on;',
    'max_ranges 4;',
    'absolute_redirect off;',
    'recursive_error_pages on;',
    ...files(input),
    ...clients(input),
    ...COMPRESSION,
    ...addresses(input),
  ]
}

function files({ paths }: ParsedProxyInput): string[] {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${quoted(`${paths.temp}/${kind}`)};`)
  const log = [
    '"time":"$time_iso8601","level":"info","service":"proxy","requestId":"$edge_request_id","traceparent":"$edge_traceparent"',
    '"address":"$remote_addr","method":"$logged_method","path":"$logged_path","status":$status,"protocol":"$server_protocol"',
    '"requestBytes":$request_length,"answerBytes":$bytes_sent,"durationSeconds":$request_time',
    '"upstream":"$upstream_addr","upstreamStatus":"$upstream_status","upstreamSeconds":"$upstream_response_time","msg":"request"',
  ]
  return [
    // nginx' messages about a request quote its whole first line, query and all; the log below has the same without it.
    `error_log ${quoted(paths.errorLog)} crit;`,
    `log_format edge escape=json '{${log.join(',')}}';`,
    `access_log ${quoted(paths.accessLog)} edge;`,
    ...temp,
  ]
}

/** Slow clients: the whole head within this time, no longer pause in a body. Large ones: the answer must be ours. */
const clients = ({ timeouts }: ParsedProxyInput): string[] => [
  `client_header_timeout ${timeouts.client}s;`,
  `client_body_timeout ${timeouts.client}s;`,
  'send_timeout 20s;',
  'lingering_timeout 2s;',
  'keepalive_timeout 65s;',
  'keepalive_requests 10000;',
  'reset_timedout_connection on;',
  // Node refuses heads above 16 KiB without a problem document: stay below.
  'client_header_buffer_size 1k;',
  'large_client_header_buffers 2 7k;',
  'client_max_body_size 64k;',
  'client_body_buffer_size 64k;',
]

/** Switched on for static files and /api: answers with codes and CSRF tokens must not change length with their content. */
const COMPRESSION = [
  'gzip off;',
  'gzip_vary on;',
  'gzip_comp_level 5;',
  'gzip_min_length 1024;',
  'gzip_proxied any;',
  'gzip_types text/css text/plain application/javascript application/json application/problem+json application/manifest+json image/svg+xml;',
]

const addresses = ({ trustedProxies, resolver }: ParsedProxyInput): string[] => [
  ...trustedProxies.map((network) => `set_real_ip_from ${network};`),
  ...(trustedProxies.length === 0 ? [] : ['real_ip_header X-Forwarded-For;', 'real_ip_recursive on;']),
  ...(resolver === null ? [] : [`resolver ${resolver.includes(':') ? `[${resolver}]` : resolver} valid=5s ipv6=off;`]),
]

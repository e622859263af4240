/**
 * The nginx configuration of the one origin, generated.
 *
 * An allow-list throughout: a request reaches a part only when its path is on a list (edge-routes.ts, the segments of the
 * input), is spelled plainly, and has a method of that list. Reads like a request travels: maps, then locations.
 */
import { answerMaps, errorLocations, errorPages } from './answers.ts'
import { basics } from './basics.ts'
import { corsMaps } from './cors.ts'
import { edgeMaps } from './edge-routes.ts'
import { answerHeaders, requestHeaders } from './headers.ts'
import { type ParsedProxyInput, ProxyInput } from './input.ts'
import { api, edge, healthLocation, upstreamName, web } from './locations.ts'
import { answerHeaderMaps, rateMaps, requestMaps, staticMaps } from './maps.ts'
import { block, quoted } from './text.ts'
import { tlsDirectives } from './tls.ts'

/**
 * The whole of nginx.conf. Runs on nginx 1.22 and newer (with `resolver`: 1.27.3 and newer), without root.
 *
 * @throws {z.ZodError} a field is missing or holds what must not reach a configuration file.
 */
export function nginxConfig(input: ProxyInput): string {
  const parsed = ProxyInput.parse(input)
  const lines = [
    '# Generated from proxy/src; changes made here are lost.',
    ...(parsed.runAs === null ? [] : [`user ${parsed.runAs};`]),
    `pid ${quoted(parsed.paths.pid)};`,
    `lock_file ${quoted(`${parsed.paths.pid}.lock`)};`,
    `error_log ${quoted(parsed.paths.errorLog)} warn;`,
    `worker_processes ${parsed.workers};`,
    'worker_rlimit_nofile 8192;',
    'worker_shutdown_timeout 4s;',
    ...block('events', ['worker_connections 2048;']),
    ...block('http', [
      ...basics(parsed),
      ...requestMaps(),
      ...rateMaps(),
      ...edgeMaps(),
      ...answerMaps(),
      ...answerHeaderMaps(),
      ...staticMaps(),
      ...corsMaps(parsed),
      ...rates(parsed),
      ...upstreams(parsed),
      ...forwarding(parsed),
      ...answerHeaders(parsed),
      ...errorPages(),
      ...tlsDirectives(parsed),
      ...servers(parsed),
    ]),
  ]
  return `${lines.join('\n')}\n`
}

function rates({ rates: limits }: ParsedProxyInput): string[] {
  const zones = ['site', 'api', 'kratos', 'guard'] as const
  return [
    ...zones.map((zone) => `limit_req_zone $${zone}_key zone=rate_${zone}:2m rate=${limits[zone].perSecond}r/s;`),
    'limit_conn_zone $client_key zone=connections:2m;',
    ...zones.map((zone) => `limit_req zone=rate_${zone}${limits[zone].burst > 0 ? ` burst=${limits[zone].burst} nodelay` : ''};`),
    `limit_conn connections ${limits.connections};`,
    'limit_req_status 429;',
    'limit_conn_status 429;',
  ]
}

function upstreams({ upstreams: parts, resolver }: ParsedProxyInput): string[] {
  return Object.entries(parts).flatMap(([part, addresses]) =>
    block(`upstream ${upstreamName(part)}`, [
      ...(resolver === null ? [] : [`zone ${upstreamName(part)} 64k;`]),
      // max_fails=0: a part that is back is asked at once, not after fail_timeout.
      ...[addresses].flat().map((address) => `server ${address} max_fails=0${resolver === null ? '' : ' resolve'};`),
      'keepalive 16;',
      // Shorter than the 5 s of Node, so that it is nginx that closes an idle connection and never loses a POST on it.
      'keepalive_timeout 4s;',
      'keepalive_requests 10000;',
    ]),
  )
}

function forwarding(input: ParsedProxyInput): string[] {
  return [
    ...requestHeaders(input),
    'proxy_http_version 1.1;',
    'proxy_connect_timeout 2s;',
    'proxy_send_timeout 15s;',
    // A second address is tried only before anything was sent, or for a method that may be repeated.
    'proxy_next_upstream error timeout;',
    'proxy_next_upstream_tries 2;',
    'proxy_next_upstream_timeout 5s;',
    'proxy_redirect off;',
    'proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Charset;',
    'proxy_buffer_size 16k;',
    'proxy_buffers 8 16k;',
    'proxy_busy_buffers_size 32k;',
    'proxy_max_temp_file_size 64m;',
    // Kratos sets Secure outside --dev; a browser throws such a cookie away on a plain origin.
    `proxy_cookie_flags ~ ${input.publicUrl.startsWith('https:') ? 'secure' : 'nosecure'};`,
  ]
}

function servers(input: ParsedProxyInput): string[] {
  const { publicUrl, listen, tls, http2, webRoot } = input
  const origin = new URL(publicUrl).origin
  const address = ({ host, port }: { host: string; port: number }) => `${host.includes(':') ? `[${host}]` : host}:${port}`
  // `http2` on `listen` is what 1.22 knows; newer releases take it with a warning.
  const flags = tls === null ? '' : http2 ? ' ssl http2' : ' ssl'
  const shared = [...healthLocation(), ...errorLocations(origin)]
  const anyOtherHost = block('server', [
    ...listen.map((one) => `listen ${address(one)} default_server${flags};`),
    'server_name _;',
    ...shared,
    ...block('location /', ['return 421;']),
  ])
  const ours = block('server', [
    ...listen.map((one) => `listen ${address(one)}${flags};`),
    `server_name ${quoted(new URL(publicUrl).hostname)};`,
    `root ${quoted(webRoot)};`,
    ...shared,
    ...edge(input),
    ...api(input),
    ...web(),
  ])
  const redirects = (tls?.redirectListen ?? []).map((one) => `listen ${address(one)} default_server;`)
  const plain =
    redirects.length === 0 ? [] : block('server', [...redirects, ...shared, ...block('location /', [`return 308 ${origin}$request_uri;`])])
  return [...anyOtherHost, ...ours, ...plain]
}

/** Variables that several directives share. */
import { map } from './text.ts'

/** Bytes of a path segment that are the same however often they are decoded: no slash, dot, backslash, percent, `;` or NUL in disguise. */
const SEGMENT = '(?:[A-Za-z0-9._~:@+,=&-]|%(?!2[5EFef]|3[Bb]|5[Cc]|7[Ff])[2-9A-Fa-f][0-9A-Fa-f])+'

/** Whatever comes from the client and is used by us: ids, rates, methods. */
export function requestMaps(): string[] {
  return [
    ...map('$http_x_request_id', '$edge_request_id', [
      ['default', '$request_id'],
      ['~^[A-Za-z0-9][A-Za-z0-9_-]{7,63}$', '$http_x_request_id'],
    ]),
    ...map('$http_traceparent', '$edge_traceparent', [
      ['default', ''],
      ['~^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$', '$http_traceparent'],
    ]),
    ...map('"$edge_traceparent $http_tracestate"', '$edge_tracestate', [
      ['default', ''],
      ['~^00-[^ ]+ (?<valid_tracestate>[\\x21-\\x7e ]{1,512})$', '$valid_tracestate'],
    ]),
    // Compressing makes an ETag weak, and a weak one never matches: what we put on, we take off.
    ...map('$http_if_match', '$edge_if_match', [
      ['default', '$http_if_match'],
      ['~^W/(?<strong_tag>\\x22[^\\x22]*\\x22)$', '$strong_tag'],
    ]),
    // Query strings hold codes and search words: never in a log.
    ...map('$request_uri', '$logged_path', [
      ['default', ''],
      ['~^(?<path_without_query>[^?#]*)', '$path_without_query'],
    ]),
    // The method as sent: after the inner redirect to an error page it would be GET.
    ...map('$request', '$logged_method', [
      ['default', ''],
      ['~^(?<method_as_sent>[A-Z_-]{1,20}) ', '$method_as_sent'],
    ]),
    // As sent: only a path that reads the same to every program behind us is forwarded.
    ...map('$request_uri', '$api_path_ok', [
      ['default', ''],
      [`~^/api/v1(?:/(?!\\.{1,2}(?:[/?]|$))${SEGMENT})+(?:\\?[^#]*)?$`, '1'],
    ]),
    ...map('$request_method', '$api_method_ok', [
      ['default', ''],
      ['~^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$', '1'],
    ]),
    // A GET with a body means one thing to one program and another to the next.
    ...map('"$request_method:$content_length:$http_transfer_encoding"', '$body_of_a_read', [
      ['default', ''],
      ['~^(?:GET|HEAD):0?:$', ''],
      ['~^(?:GET|HEAD):', '1'],
    ]),
  ]
}

/** Keys of the rate zones; an empty key is not counted. */
export function rateMaps(): string[] {
  return [
    // Who has an IPv6 address has 2^64 of them.
    ...map('$binary_remote_addr', '$client_key', [
      ['default', '$binary_remote_addr'],
      ['~(?s)^(?<ipv6_network>.{8}).{8}$', '$ipv6_network'],
    ]),
    ...map('"$edge_target $request_uri"', '$rate_zone', [
      ['default', 'site'],
      // Reading, whoever answers it: the server of another front-end asks this for every page.
      ['~^guard /(?:sessions/whoami|self-service/settings/(?:browser|api|flows))(?:\\?|$)', 'kratos'],
      ['~^guard ', 'guard'],
      ['~^kratos ', 'kratos'],
      ['~^ /api/v1/', 'api'],
    ]),
    ...['site', 'api', 'kratos', 'guard'].flatMap((zone) =>
      map('$rate_zone', `$${zone}_key`, [
        ['default', ''],
        [zone, '$client_key'],
      ]),
    ),
  ]
}

/** What an answer's headers depend on. */
export function answerHeaderMaps(): string[] {
  return [
    ...map('"$upstream_http_cache_control|$upstream_status|$status|$uri"', '$answer_cache_control', [
      ['default', 'no-store'],
      // The part has said it itself, or has said nothing.
      ['~^[^|]', ''],
      ['~^\\|[^|]', 'no-store'],
      ['~^\\|\\|(?:200|206|304)\\|/assets/', 'public, max-age=31536000, immutable'],
      ['~^\\|\\|(?:200|206|304)\\|/[^|]*\\.(?:ico|png|svg|webmanifest|txt|woff2)$', 'public, max-age=3600'],
      ['~^\\|\\|(?:200|206|304)\\|/(?!healthz)', 'no-cache'],
    ]),
    ...map('"$status:$upstream_http_allow:$rate_zone:$edge_allow"', '$answer_allow', [
      ['default', ''],
      ['~^405::[^:]*:(?<edge_methods>.+)$', '$edge_methods'],
      ['~^405::api:$', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
      ['~^405::', 'GET, HEAD'],
    ]),
    ...map('"$status:$upstream_http_retry_after"', '$answer_retry_after', [
      ['default', ''],
      ['~^(?:429|502|503|504):$', '1'],
    ]),
  ]
}

/** Whether a path without a file is a screen of the web app: somebody navigates there, and it names no file. */
export function staticMaps(): string[] {
  return [
    ...map('"$http_sec_fetch_dest|$http_accept|$uri"', '$screen_file', [
      ['default', ''],
      ['~/[^/]*\\.[^/]*$', ''],
      ['~^document\\|', '/index.html'],
      ['~^\\|(?:[^|]*text/html[^|]*|\\*/\\*)?\\|', '/index.html'],
    ]),
  ]
}

import type { ParsedProxyInput } from './input.ts'
import { quoted } from './text.ts'

/** TLS 1.2 with forward secrecy and 1.3 (Mozilla's "intermediate" list, server-side TLS guidelines 5.7). */
const CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** Certificate and protocol, for all servers; nothing when TLS ends elsewhere. */
export function tlsDirectives({ tls }: ParsedProxyInput): string[] {
  if (tls === null) return []
  return [
    `ssl_certificate ${quoted(tls.certificate)};`,
    `ssl_certificate_key ${quoted(tls.key)};`,
    'ssl_protocols TLSv1.2 TLSv1.3;',
    `ssl_ciphers ${CIPHERS};`,
    'ssl_prefer_server_ciphers off;',
    'ssl_session_cache shared:tls:2m;',
    'ssl_session_timeout 1d;',
    'ssl_session_tickets off;',
  ]
}

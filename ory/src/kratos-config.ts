/** `kratos.yml` for both releases, from the one typed input. */
import { stringify } from 'yaml'
import { forbiddenExtras } from './check-extras.ts'
import { checkInput } from './check-input.ts'
import { unknownKeys } from './check-keys.ts'
import { OryConfigError } from './config-error.ts'
import { withPool } from './dsn.ts'
import { identitySchema } from './identity-schema.ts'
import type { OryInput, OryInputSource } from './input.ts'
import { selfservice } from './kratos-selfservice.ts'
import { merge } from './merge.ts'

/**
 * @param directory where Kratos finds the files that the configuration names (`seenAt` of the input wins).
 * @throws {OryConfigError} naming every reason.
 */
export function kratosConfig(source: OryInputSource, directory: string): string {
  const input = checkInput(source)
  const file = (name: string) => `file://${input.seenAt ?? directory}/${name}`
  const config = merge(generated(input, file), input.extraKratos)
  const reasons = [...forbiddenExtras('kratos', input.extraKratos), ...unknownKeys('kratos', config, only26Keys(input))]
  if (reasons.length > 0) throw new OryConfigError(reasons)
  return `# Generated from ory/src: a change made here is gone at the next start.\n${stringify(config, { lineWidth: 0, aliasDuplicateObjects: false })}`
}

function generated(input: OryInput, file: (name: string) => string): Record<string, unknown> {
  const { kratos } = input
  return merge(
    {
      version: input.release,
      dsn: withPool(kratos.dsn, kratos.maxConnections),
      ...(input.isDevelopment ? { dev: true } : {}),
      serve: {
        public: { base_url: `${new URL(input.publicUrl).origin}/`, host: kratos.publicHost, port: kratos.publicPort },
        // Kratos shows this address in redirects only; nothing outside can reach it.
        admin: { base_url: `http://${hostInUrl(kratos.adminHost)}:${kratos.adminPort}/`, host: kratos.adminHost, port: kratos.adminPort },
      },
      selfservice: selfservice(input, file),
      session: session(input),
      // The next step is told in the answer; without it a browser form post would be redirected.
      feature_flags: { use_continue_with_transitions: true },
      identity: {
        default_schema_id: 'person',
        schemas: (['person', 'guest'] as const).map((id) => ({ id, url: schemaUrl(file(`${id}.schema.json`), id, input) })),
      },
      courier: courier(input, file),
      secrets: { default: input.secrets.default, cookie: input.secrets.cookie, cipher: input.secrets.cipher },
      // The default algorithm only writes hexadecimal.
      ciphers: { algorithm: 'xchacha20-poly1305' },
      hashers: hashers(input),
      cookies: { same_site: 'Lax' },
      // Hooks and courier are on private addresses.
      clients: { http: { disallow_private_ip_ranges: false } },
      log: { level: input.logLevel === 'warn' ? 'warning' : input.logLevel, format: 'json', leak_sensitive_values: false },
    },
    only26(input),
  )
}

/**
 * Kratos opens the path of a schema's address percent-encoded, so it never finds one with a space or a letter beyond ASCII in it
 * (files of hooks and courier it does find). There, the schema itself stands in the configuration.
 */
function schemaUrl(address: string, id: 'person' | 'guest', input: OryInput): string {
  if (/^[\w:/.~-]+$/.test(address)) return address
  return `base64://${Buffer.from(identitySchema(id, input)).toString('base64')}`
}

const hostInUrl = (host: string) => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host)

function session({ sessions }: OryInput) {
  return {
    lifespan: sessions.lifespan,
    earliest_possible_extend: sessions.earliestExtend,
    cookie: { same_site: 'Lax', persistent: true },
    // The services decide about second factors, per route.
    whoami: { required_aal: 'aal1' },
  }
}

function courier({ courier: { url, secret, messageRetries, pullWait } }: OryInput, file: (name: string) => string) {
  const request = {
    url,
    method: 'POST',
    body: file('courier.jsonnet'),
    headers: { 'content-type': 'application/json' },
    auth: { type: 'api_key', config: { in: 'header', name: 'Authorization', value: `Bearer ${secret}` } },
  }
  return {
    delivery_strategy: 'http',
    http: { request_config: request },
    // Text messages go the same way: what is sent how is decided there.
    channels: [{ id: 'sms', type: 'http', request_config: request }],
    message_retries: messageRetries,
    worker: { pull_count: 10, pull_wait: pullWait },
  }
}

function hashers({ passwords: { hashing } }: OryInput) {
  // Kratos lets an unknown identifier sleep this long, also with bcrypt. No sleep looks like a hash on a busy machine: the guard makes one.
  const waiting = { expected_duration: '1ms', expected_deviation: '1ms' }
  if (hashing.algorithm === 'bcrypt') return { algorithm: 'bcrypt', bcrypt: { cost: hashing.cost }, argon2: waiting }
  const { memoryMb, iterations, parallelism } = hashing
  return { algorithm: 'argon2', argon2: { memory: `${memoryMb}MB`, iterations, parallelism, salt_length: 16, key_length: 32, ...waiting } }
}

/** Behaviour of v1.3.1 that v26.2.0 has only when asked, and what v26.2.0 alone can. */
function only26({ release, onlyV26 }: OryInput): Record<string, unknown> {
  if (release !== 'v26.2.0') return {}
  const headers = onlyV26?.hookHeaders ?? ['User-Agent', 'True-Client-Ip']
  return {
    // Without it one address of several, chosen at random, gets its code.
    feature_flags: { legacy_continue_with_verification_ui: true },
    clients: { web_hook: { header_allowlist: headers } },
    selfservice: { methods: { code: { config: { max_submissions: onlyV26?.maxCodeSubmissions ?? 5 } } } },
    ...(onlyV26?.paginationSecrets ? { secrets: { pagination: onlyV26.paginationSecrets } } : {}),
  }
}

function only26Keys({ release }: OryInput): string[] {
  if (release !== 'v26.2.0') return []
  return [
    'feature_flags.legacy_continue_with_verification_ui',
    'clients.web_hook',
    'clients.web_hook.header_allowlist',
    'selfservice.methods.code.config.max_submissions',
    'secrets.pagination',
  ]
}

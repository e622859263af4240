import type { Part } from './manifest/types.ts'
import { originSettings } from './other-origins.ts'
import { PlainError } from './plain-error.ts'
import { signInSettings } from './sign-in-settings.ts'
import { readIfThere } from './state/files.ts'

export type Settings = Readonly<Record<string, string>>
type Environment = Readonly<Record<string, string | undefined>>

/** What may be set for the whole network, besides the manifest's ports, images and settings. */
export const networkSettings: Readonly<Record<string, string>> = {
  VESTIBULE_STATE: 'folder of the state (default .vestibule)',
  VESTIBULE_CACHE: 'folder of built binaries (default ~/.cache/vestibule)',
  VESTIBULE_PORT_SHIFT: 'added to every port, so that clones run side by side',
  VESTIBULE_PARTS: 'parts to run, by commas, with what they need (default all)',
  VESTIBULE_PUBLIC_URL: 'the one origin that browsers see (default http://localhost:8080)',
  VESTIBULE_ADMIN_EMAIL: 'first administrator (default admin@vestibule.test)',
  ...signInSettings,
  ...originSettings,
  VESTIBULE_OIDC_PROVIDERS: 'list of providers to sign in with, JSON or YAML (default providers.yml in the state folder, when there)',
  VESTIBULE_LOCAL_PROVIDER: '`on`: a provider for development runs along, with people to choose from',
  VESTIBULE_KRATOS_BIN: 'Kratos binary to use instead of building one',
  VESTIBULE_KETO_BIN: 'Keto binary to use instead of building one',
  VESTIBULE_NGINX_BIN: 'nginx binary',
  VESTIBULE_RABBITMQ_BIN: 'rabbitmq-server script',
  VESTIBULE_TRUSTED_PROXIES: 'addresses in front of nginx whose X-Forwarded-For counts',
  VESTIBULE_TLS_CERTIFICATE: 'certificate chain for nginx (PEM file)',
  VESTIBULE_TLS_KEY: 'key of that certificate (PEM file)',
}

/** All variables that `npm start` understands. */
export function knownVariables(parts: readonly Part[]): string[] {
  const ofParts = parts.flatMap((part) => [
    ...part.ports.map((port) => port.variable),
    ...(part.image === null ? [] : [part.image.variable]),
    ...Object.values(part.environment).flatMap((value) => (value.from === 'setting' ? [value.variable] : [])),
  ])
  return [...new Set([...Object.keys(networkSettings), ...ofParts])]
}

/**
 * What is set, by the order flag > environment > local.env; the manifest's defaults come later. Empty means unset.
 *
 * @throws {PlainError} local.env has a line that is not `NAME=value`, or names an unknown variable.
 */
export function readSettings(parts: readonly Part[], flags: Environment, environment: Environment, localEnvPath: string): Settings {
  const known = new Set(knownVariables(parts))
  const local = parseLocalEnv(readIfThere(localEnvPath) ?? '', localEnvPath, known)
  const settings: Record<string, string> = {}
  for (const name of known) {
    const value = flags[name] ?? environment[name] ?? local[name]
    if (value !== undefined && value !== '') settings[name] = value
  }
  return settings
}

function parseLocalEnv(text: string, path: string, known: ReadonlySet<string>): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const match = /^(?:export\s+)?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line)
    const [name, value] = [match?.[1], match?.[2]]
    if (name === undefined || value === undefined) throw new PlainError(`${path}, line ${index + 1}, is not NAME=value.`)
    if (!known.has(name)) throw new PlainError(`${path}, line ${index + 1}, sets ${name}, which nothing reads.`)
    values[name] = value.replace(/^(["'])(.*)\1$/, '$2')
  }
  return values
}

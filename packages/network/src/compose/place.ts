import { partEnvironment } from '../environment.ts'
import type { Part, PartName, Value } from '../manifest/types.ts'
import { findPart } from '../manifest.ts'

/** Where a container finds its own secrets, one file each, and the configuration that was written for it. */
export const secretFolder = '/run/vestibule/secrets'
export const configFolder = '/etc/vestibule'

/** Where set-up finds `providers.yml` and its secrets: a folder of the machine. */
export const providersFolder = '/vestibule/providers'

/** A value that the person running compose may set, with its default. */
export const setting = (variable: string, fallback = '') => `\${${variable}:-${fallback}}`

/** The one origin; a changed port changes it along. */
export const publicUrl = setting('VESTIBULE_PUBLIC_URL', `http://localhost:${setting('VESTIBULE_PROXY_PORT', '8080')}`)

/** Inside the network each part listens on the manifest's default port, at its own name. */
export function portNumber(part: PartName, port: string): number {
  const found = findPart(part).ports.find((candidate) => candidate.name === port)
  if (found === undefined) throw new Error(`the manifest has no port ${part}.${port}`)
  return found.default
}

export const address = (part: PartName, port: string) => `${part}:${portNumber(part, port)}`

/** The manifest's environment of a part as compose takes it: settings become interpolations. */
export function containerEnvironment(part: Part, declared: Readonly<Record<string, Value>> = part.environment): Record<string, string> {
  const settings = Object.entries(declared).flatMap(([name, value]) =>
    value.from === 'setting' ? [[name, setting(value.variable, value.default)] as const] : [],
  )
  const others = Object.fromEntries(Object.entries(declared).filter(([, value]) => value.from !== 'setting'))
  const place = {
    address,
    port: portNumber,
    listenHost: '0.0.0.0',
    publicUrl,
    secretFile: (secret: string) => `${secretFolder}/${secret}`,
    setting: () => undefined,
  }
  return { ...partEnvironment(part, place, others), ...Object.fromEntries(settings) }
}

import type { Part, PartName, Value } from './manifest/types.ts'

/** Where a network runs: this machine, or containers that see each other by name. Turns the manifest's values into texts. */
export type Place = {
  /** `host:port` at which other parts reach a port. */
  address: (part: PartName, port: string) => string
  /** The number a part listens on itself. */
  port: (part: PartName, port: string) => number
  listenHost: string
  publicUrl: string
  /** The file of a secret, as the part sees it. */
  secretFile: (secret: string) => string
  setting: (variable: string) => string | undefined
}

/** The environment variables of a part, exactly the declared ones. Secrets come as `NAME_FILE`. */
export function partEnvironment(
  part: Part,
  place: Place,
  declared: Readonly<Record<string, Value>> = part.environment,
): Record<string, string> {
  const entries = Object.entries(declared).flatMap(([name, value]): [string, string][] => {
    if (value.from === 'secret') return [[`${name}_FILE`, place.secretFile(value.secret)]]
    const text = textOf(part, place, value)
    return text === undefined ? [] : [[name, text]]
  })
  return Object.fromEntries(entries)
}

function textOf(part: Part, place: Place, value: Exclude<Value, { from: 'secret' }>): string | undefined {
  switch (value.from) {
    case 'text':
      return value.text
    case 'address':
      return value.template.replaceAll('{address}', place.address(value.part, value.port))
    case 'ownPort':
      return String(place.port(part.name, value.port))
    case 'listenHost':
      return place.listenHost
    case 'publicUrl':
      return place.publicUrl
    case 'setting':
      return place.setting(value.variable) ?? value.default
  }
}

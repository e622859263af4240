import { PlainError } from '../plain-error.ts'

export type Arguments = {
  positionals: string[]
  /** Flags without a value that were given. */
  switches: ReadonlySet<string>
  /** Flags with a value, by the VESTIBULE_ variable they stand for (`--port-shift` is VESTIBULE_PORT_SHIFT). */
  settings: Readonly<Record<string, string>>
}

export type Accepted = {
  usage: string
  switches?: readonly string[]
  variables?: readonly string[]
  positionals?: readonly [number, number]
}

export const flagOf = (variable: string) =>
  `--${variable
    .replace(/^VESTIBULE_/, '')
    .toLowerCase()
    .replaceAll('_', '-')}`

/** @throws {PlainError} exit code 2 and the usage: an unknown flag, a missing value, too few or too many words. */
export function parseArguments(
  args: readonly string[],
  { usage, switches = [], variables = [], positionals = [0, 0] }: Accepted,
): Arguments {
  const wrong = (what: string) => new PlainError(`${what}\n${usage}`, { exitCode: 2 })
  const variableOf = new Map(variables.map((variable) => [flagOf(variable), variable]))
  const found: { positionals: string[]; switches: Set<string>; settings: Record<string, string> } = {
    positionals: [],
    switches: new Set(),
    settings: {},
  }
  const queue = [...args]
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const [flag = '', ...rest] = word.split('=')
    const variable = variableOf.get(flag)
    if (variable !== undefined) {
      const value = word.includes('=') ? rest.join('=') : queue.shift()
      if (value === undefined || value.startsWith('--')) throw wrong(`${flag} needs a value.`)
      found.settings[variable] = value
    } else if (switches.includes(word)) found.switches.add(word)
    else if (word.startsWith('-') && word !== '-') throw wrong(`Unknown flag ${word}.`)
    else found.positionals.push(word)
  }
  const [least, most] = positionals
  if (found.positionals.length < least) throw wrong('Something is missing.')
  if (found.positionals.length > most) throw wrong(`${found.positionals[most]} is one word too many.`)
  return found
}

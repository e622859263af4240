import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { z } from 'zod'
import type { Part } from './manifest/types.ts'
import { PlainError } from './plain-error.ts'
import type { Settings } from './settings.ts'
import { readIfThere, writeAtomically } from './state/files.ts'

/** Port numbers by `part.port`, for example `identity.internal`. */
export type Ports = Readonly<Record<string, number>>

export const portKey = (part: string, port: string) => `${part}.${port}`

/** @throws {Error} the manifest check rules this out for references in the manifest. */
export function portOf(ports: Ports, part: string, port: string): number {
  const number = ports[portKey(part, port)]
  if (number === undefined) throw new Error(`no port ${portKey(part, port)}`)
  return number
}

/**
 * The ports of a network: variable, else default plus shift.
 *
 * @throws {PlainError} a variable is not a port, or two parts would get one port.
 */
export function resolvePorts(parts: readonly Part[], settings: Settings): Ports {
  const shift = integerSetting(settings, 'VESTIBULE_PORT_SHIFT', 0, -65_535, 65_535)
  const ports: Record<string, number> = {}
  const owners = new Map<number, string>()
  for (const part of parts) {
    for (const port of part.ports) {
      const number = integerSetting(settings, port.variable, port.default + shift, 1, 65_535)
      const owner = owners.get(number)
      if (owner !== undefined)
        throw new PlainError(`Port ${number} is wanted by ${owner} and by ${port.variable}: give one of them another.`)
      owners.set(number, port.variable)
      ports[portKey(part.name, port.name)] = number
    }
  }
  return ports
}

function integerSetting(settings: Settings, name: string, fallback: number, least: number, most: number): number {
  const text = settings[name]
  const number = text === undefined ? fallback : Number(text)
  if (!Number.isInteger(number) || number < least || number > most) {
    const given =
      text === undefined ? `; VESTIBULE_PORT_SHIFT=${settings['VESTIBULE_PORT_SHIFT']} would make it ${fallback}` : `, not "${text}"`
    throw new PlainError(`${name} must be a whole number from ${least} to ${most}${given}.`)
  }
  return number
}

/** Below Linux' ephemeral range (32768…), so that no outgoing connection takes the port while its part is being restarted. */
const freePortRange = { from: 20_000, to: 32_000 }

/** Free ports for every part, remembered in `file` so that a restarted part, and a second run, gets the same ones when they are still free. */
export async function freePorts(parts: readonly Part[], file: string): Promise<Ports> {
  const remembered = rememberedPorts(file)
  const ports: Record<string, number> = {}
  const taken = new Set<number>()
  for (const part of parts) {
    for (const port of part.ports) {
      const key = portKey(part.name, port.name)
      const number = await pickPort(remembered[key], taken)
      taken.add(number)
      ports[key] = number
    }
  }
  writeAtomically(file, JSON.stringify(ports))
  return ports
}

function rememberedPorts(file: string): Record<string, number> {
  try {
    return z.record(z.string(), z.int()).parse(JSON.parse(readIfThere(file) ?? '{}'))
  } catch {
    return {} // a damaged memory only costs other numbers
  }
}

async function pickPort(wished: number | undefined, taken: ReadonlySet<number>): Promise<number> {
  if (wished !== undefined && !taken.has(wished) && (await isFree(wished))) return wished
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const number = randomInt(freePortRange.from, freePortRange.to)
    if (!taken.has(number) && (await isFree(number))) return number
  }
  throw new PlainError(`No free port was found between ${freePortRange.from} and ${freePortRange.to}.`)
}

/** Whether a server could listen there now, on loopback and on all addresses. */
export async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'))
}

const canListen = (port: number, host: string) =>
  new Promise<boolean>((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })

import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { StatePaths } from '../state/paths.ts'

const chunkBytes = 65_536
const pollMs = 250

export type FollowOptions = { lines: number; follow: boolean }

/** Prints the last lines of the parts' logs, and with `follow` what is added, until the process is stopped. No parts means all. */
export async function followLogs(state: StatePaths, parts: readonly string[], { lines, follow }: FollowOptions): Promise<void> {
  const positions = new Map<string, number>()
  const names = () => logNames(state).filter((name) => parts.length === 0 || parts.includes(partOf(name)))
  const print = (name: string, text: string) => {
    const prefix = parts.length === 1 ? '' : `${name.padEnd(14)} | `
    for (const line of text.split('\n')) if (line !== '') process.stdout.write(`${prefix}${withoutColours(line)}\n`)
  }
  for (const name of names()) {
    const path = join(state.logs, `${name}.log`)
    print(name, lastLines(path, lines))
    positions.set(name, sizeOf(path))
  }
  while (follow) {
    await new Promise((resolve) => setTimeout(resolve, pollMs))
    for (const name of names())
      positions.set(
        name,
        printNew(join(state.logs, `${name}.log`), positions.get(name) ?? 0, (text) => print(name, text)),
      )
  }
}

/** Logs of parts are named after them; `proxy-access.log` is the proxy's too. */
export const logNames = (state: StatePaths): string[] => {
  try {
    return readdirSync(state.logs)
      .filter((file) => file.endsWith('.log'))
      .map((file) => file.slice(0, -'.log'.length))
      .sort()
  } catch {
    return []
  }
}
export const partOf = (logName: string) => logName.replace(/-access$/, '')

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours are control characters
const withoutColours = (line: string) => line.replaceAll(/\u001b\[[0-9;]*m/g, '')

function lastLines(path: string, count: number): string {
  if (count === 0) return ''
  const size = sizeOf(path)
  const from = Math.max(0, size - count * 1_000)
  return readRange(path, from, size)
    .split('\n')
    .filter((line) => line !== '')
    .slice(-count)
    .join('\n')
}

/** @returns the position up to which whole lines were printed; a log that was cut short is read from its start. */
function printNew(path: string, position: number, print: (text: string) => void): number {
  const size = sizeOf(path)
  const from = size < position ? 0 : position
  if (size === from) return from
  const buffer = readBytes(path, from, Math.min(size, from + chunkBytes))
  const end = buffer.lastIndexOf(10) + 1
  const whole = end === 0 && buffer.length === chunkBytes ? buffer.length : end
  if (whole > 0) print(buffer.subarray(0, whole).toString('utf8'))
  return from + whole
}

const readRange = (path: string, from: number, to: number) => readBytes(path, from, to).toString('utf8')

function readBytes(path: string, from: number, to: number): Buffer {
  if (to <= from) return Buffer.alloc(0)
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(to - from)
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, from))
  } finally {
    closeSync(file)
  }
}

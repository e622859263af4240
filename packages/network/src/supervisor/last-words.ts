import { closeSync, openSync, readSync, statSync } from 'node:fs'

const tailBytes = 8_192

/** Size of a log now, so that only what a process wrote itself is quoted later. */
export function logSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** The last telling line that was written after `from`; JSON lines give their message. */
export function lastWords(path: string, from: number): string | null {
  const size = logSize(path)
  const start = Math.max(Math.min(from, size), size - tailBytes)
  if (size === start) return null
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(size - start)
    readSync(file, buffer, 0, buffer.length, start)
    return lastMeaningfulLine(buffer.toString('utf8'))
  } finally {
    closeSync(file)
  }
}

/** The line that most likely tells why a program failed. */
export function lastMeaningfulLine(text: string): string | null {
  const lines = text
    .split('\n')
    .map(plainLine)
    .filter((line) => line !== '')
  const full = lines.find((candidate) => /no space left on device|ENOSPC/i.test(candidate))
  if (full !== undefined) return `the disk is full: free some space and run the command again (${full.slice(0, 200)})`
  const line =
    lines.findLast((candidate) => /error|fatal|panic|fail|emerg|cannot|could not|refused|denied/i.test(candidate)) ?? lines.at(-1)
  return line === undefined ? null : line.slice(0, 300)
}

function plainLine(line: string): string {
  try {
    const entry: unknown = JSON.parse(line)
    if (typeof entry !== 'object' || entry === null) return line.trim()
    const message = 'msg' in entry ? entry.msg : 'message' in entry ? entry.message : null
    const error = 'err' in entry && typeof entry.err === 'object' && entry.err !== null && 'message' in entry.err ? entry.err.message : null
    return [message, error].filter((text) => typeof text === 'string' && text !== '').join(': ')
  } catch {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours are control characters
    return line.replaceAll(/\u001b\[[0-9;]*m/g, '').trim()
  }
}

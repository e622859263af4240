/** Splits Ory Permission Language into tokens, and refuses every character that does not belong to one. */

export interface Token {
  readonly kind: 'name' | 'text' | 'mark' | 'end'
  readonly text: string
  /** Counted from 1. */
  readonly line: number
}

/** A model that is not exactly what we understand. Keto itself takes many slips silently for something else. */
export class ModelError extends Error {
  override readonly name = 'ModelError'

  constructor(message: string, line?: number) {
    super(line === undefined ? message : `line ${line}: ${message}`)
  }
}

const space = /[ \t\r\n]+/y
const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const name = /[A-Za-z_][A-Za-z0-9_]*/y
const text = /"[^"'\\\n]*"|'[^"'\\\n]*'/y
const mark = /=>|&&|\|\||[{}()[\]<>=:;,.!|]/y

export function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  let line = 1
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0]
    if (found === undefined) return undefined
    at += found.length
    return found
  }
  while (at < source.length) {
    const skipped = take(space) ?? take(comment)
    if (skipped !== undefined) {
      line += skipped.split('\n').length - 1
      continue
    }
    const word = take(name)
    const quoted = word === undefined ? take(text) : undefined
    const sign = word === undefined && quoted === undefined ? take(mark) : undefined
    if (word !== undefined) tokens.push({ kind: 'name', text: word, line })
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.slice(1, -1), line })
    else if (sign !== undefined) tokens.push({ kind: 'mark', text: sign, line })
    else throw new ModelError(`unexpected ${JSON.stringify(source[at])}`, line)
  }
  tokens.push({ kind: 'end', text: 'end of file', line })
  return tokens
}

/** Walks over tokens: what the parser expects is there, or the model is refused. */
import { ModelError, type Token, tokensOf } from './opl-tokens.ts'

export interface TokenReader {
  /** True when the next token is this mark or word. */
  readonly sees: (text: string) => boolean
  /** Takes the next token when it is this mark or word. */
  readonly takes: (text: string) => boolean
  /** Takes these marks or words one after another. */
  readonly expect: (...texts: string[]) => void
  readonly name: () => string
  /** A name, or a quoted text. */
  readonly nameOrText: () => string
  readonly text: () => string
  readonly refuse: (message: string) => never
  readonly line: () => number
}

export function readTokens(source: string): TokenReader {
  const tokens = tokensOf(source)
  let at = 0
  const next = (): Token => tokens[at] ?? { kind: 'end', text: 'end of file', line: 0 }
  const refuse = (message: string): never => {
    throw new ModelError(message, next().line)
  }
  // A quoted text is never a keyword: "permits" in quotes is a relation's name.
  const sees = (text: string) => next().kind !== 'text' && next().text === text
  const takes = (text: string) => {
    const found = sees(text)
    if (found) at += 1
    return found
  }
  const take = (...kinds: Token['kind'][]): string => {
    const token = next()
    if (!kinds.includes(token.kind)) refuse(`expected a ${kinds.join(' or ')}, found ${token.text}`)
    at += 1
    return token.text
  }
  return {
    sees,
    takes,
    expect: (...texts) => {
      for (const text of texts) if (!takes(text)) refuse(`expected ${text}, found ${next().text}`)
    },
    name: () => take('name'),
    nameOrText: () => take('name', 'text'),
    text: () => take('text'),
    refuse,
    line: () => next().line,
  }
}

/** Reads the expression of one permit. */
import type { Term } from './parsed-model.ts'
import type { TokenReader } from './token-reader.ts'

/** Keto's own bound for nested parentheses. */
const deepest = 10

/** The terms of an expression, in order. */
export function parseExpression(tokens: TokenReader, depth = 0): Term[] {
  if (depth > deepest) tokens.refuse(`parentheses nested deeper than ${deepest}`)
  const terms: Term[] = []
  let allowing = parseOperand(tokens, depth, terms)
  let operator: string | undefined
  for (let found = takeOperator(tokens); found !== undefined; found = takeOperator(tokens)) {
    // Keto reads strictly from left to right, TypeScript gives && precedence.
    if (operator !== undefined && operator !== found) tokens.refuse('|| and && in one group: put parentheses around each mix')
    operator = found
    const next = parseOperand(tokens, depth, terms)
    // Without a term that allows, an unknown object would be allowed to everybody.
    allowing = operator === '&&' ? allowing || next : allowing && next
  }
  if (!allowing) tokens.refuse('a bare ! allows everybody who is not listed: write (allow && !deny)')
  return terms
}

function takeOperator(tokens: TokenReader): '||' | '&&' | undefined {
  if (tokens.takes('||')) return '||'
  return tokens.takes('&&') ? '&&' : undefined
}

/** Returns false for a negated operand, which by itself allows nothing. */
function parseOperand(tokens: TokenReader, depth: number, terms: Term[]): boolean {
  const negated = tokens.takes('!')
  if (tokens.takes('(')) {
    terms.push(...parseExpression(tokens, depth + 1))
    tokens.expect(')')
  } else terms.push(parseTerm(tokens))
  return !negated
}

function parseTerm(tokens: TokenReader): Term {
  const line = tokens.line()
  tokens.expect('this', '.')
  if (tokens.takes('permits')) {
    const name = parseMember(tokens)
    tokens.expect('(', 'ctx', ')')
    return { kind: 'permit', name, line }
  }
  tokens.expect('related')
  const name = parseMember(tokens)
  tokens.expect('.')
  if (tokens.takes('includes')) {
    tokens.expect('(', 'ctx', '.', 'subject', ')')
    return { kind: 'relation', name, line }
  }
  tokens.expect('traverse', '(')
  return { kind: 'traverse', name, line, ...parseLambda(tokens) }
}

/** `.name` or `["name"]`. */
function parseMember(tokens: TokenReader): string {
  if (tokens.takes('.')) return tokens.name()
  tokens.expect('[')
  const name = tokens.text()
  tokens.expect(']')
  return name
}

/** What is asked about each parent: exactly one term, Keto knows no more. */
function parseLambda(tokens: TokenReader): { target: 'relation' | 'permit'; targetName: string } {
  const inParentheses = tokens.takes('(')
  const parent = tokens.name()
  if (inParentheses) tokens.expect(')')
  tokens.expect('=>', parent, '.')
  if (tokens.takes('permits')) {
    const targetName = parseMember(tokens)
    tokens.expect('(', 'ctx', ')', ')')
    return { target: 'permit', targetName }
  }
  tokens.expect('related')
  const targetName = parseMember(tokens)
  tokens.expect('.', 'includes', '(', 'ctx', '.', 'subject', ')', ')')
  return { target: 'relation', targetName }
}

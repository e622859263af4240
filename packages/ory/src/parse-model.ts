/**
 * Reads Ory Permission Language strictly: everything that Keto skips or guesses at is refused here.
 *
 * Keto v0.14.0 and v26.2.0 skip whatever stands outside a `class`, take a missing operator for `||`, ignore precedence,
 * and let the first of two equal names win. A model that passes here means to Keto what it means to a reader.
 */
import { checkModel } from './check-model.ts'
import { parseExpression } from './parse-permit.ts'
import type { ParsedModel, ParsedNamespace, SubjectType, Term } from './parsed-model.ts'
import { readTokens, type TokenReader } from './token-reader.ts'

/** @throws {ModelError} with the line: the text is not a model that we understand completely. */
export function parseModel(source: string): ParsedModel {
  const tokens = readTokens(source)
  const model = new Map<string, ParsedNamespace>()
  while (tokens.takes('import')) parseImport(tokens)
  while (!tokens.sees('end of file')) {
    tokens.takes('export')
    const namespace = parseClass(tokens)
    if (model.has(namespace.name)) tokens.refuse(`a second class ${namespace.name}`)
    model.set(namespace.name, namespace)
  }
  checkModel(model)
  return model
}

function parseImport(tokens: TokenReader): void {
  tokens.takes('type')
  tokens.expect('{')
  do {
    const name = tokens.name()
    if (!['Namespace', 'SubjectSet', 'Context'].includes(name)) tokens.refuse(`an import of ${name}: a model is one file`)
  } while (tokens.takes(',') && !tokens.sees('}'))
  tokens.expect('}', 'from')
  if (tokens.text() !== '@ory/keto-namespace-types') tokens.refuse('an import from elsewhere: a model is one file')
  tokens.takes(';')
}

function parseClass(tokens: TokenReader): ParsedNamespace {
  tokens.expect('class')
  const name = tokens.name()
  tokens.expect('implements', 'Namespace', '{')
  const relations = new Map<string, readonly SubjectType[]>()
  const permits = new Map<string, readonly Term[]>()
  if (tokens.takes('related')) {
    tokens.expect(':', '{')
    while (!tokens.takes('}')) parseRelation(tokens, relations)
    tokens.takes(';')
  }
  if (tokens.takes('permits')) {
    tokens.expect('=', '{')
    while (!tokens.takes('}')) parsePermit(tokens, relations, permits)
    tokens.takes(';')
  }
  tokens.expect('}')
  return { name, relations, permits }
}

function parseRelation(tokens: TokenReader, relations: Map<string, readonly SubjectType[]>): void {
  const name = tokens.nameOrText()
  if (relations.has(name)) tokens.refuse(`a second relation ${name}: Keto would take the first`)
  tokens.expect(':')
  const types: SubjectType[] = []
  if (tokens.takes('(')) {
    do types.push(parseSubjectType(tokens))
    while (tokens.takes('|'))
    tokens.expect(')')
  } else types.push(parseSubjectType(tokens))
  tokens.expect('[', ']')
  relations.set(name, types)
  if (!tokens.takes(',')) tokens.takes(';')
}

function parseSubjectType(tokens: TokenReader): SubjectType {
  if (!tokens.takes('SubjectSet')) return { namespace: tokens.name() }
  tokens.expect('<')
  const namespace = tokens.name()
  tokens.expect(',')
  const relation = tokens.text()
  tokens.expect('>')
  return { namespace, relation }
}

function parsePermit(tokens: TokenReader, relations: ReadonlyMap<string, unknown>, permits: Map<string, readonly Term[]>): void {
  const name = tokens.nameOrText()
  if (permits.has(name)) tokens.refuse(`a second permit ${name}: Keto would take the first`)
  if (relations.has(name)) tokens.refuse(`a permit and a relation both called ${name}: Keto would ask the relation`)
  tokens.expect(':', '(', 'ctx')
  if (tokens.takes(':')) tokens.expect('Context')
  tokens.expect(')')
  if (tokens.takes(':')) tokens.expect('boolean')
  tokens.expect('=>')
  permits.set(name, parseExpression(tokens))
  // Two permits without a comma would run together: Keto takes the missing operator for ||.
  if (!tokens.takes(',') && !tokens.sees('}')) tokens.refuse(`expected a comma after the permit ${name}`)
}

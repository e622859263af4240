/** Checks that everything a model names exists, and what Keto cannot store. */
import { ModelError } from './opl-tokens.ts'
import type { ParsedModel, ParsedNamespace, Term } from './parsed-model.ts'

/** Keto's column; a longer relation is accepted in the model and is 500 in every tuple. */
const longestRelation = 64
const relationName = /^[A-Za-z][A-Za-z0-9_.]*$/

/** @throws {ModelError} the model names something that is not there, or that Keto cannot store. */
export function checkModel(model: ParsedModel): void {
  if (model.size === 0) throw new ModelError('no class: Keto would deny everything')
  for (const namespace of model.values()) {
    for (const name of [...namespace.relations.keys(), ...namespace.permits.keys()]) checkName(namespace, name)
    for (const [relation, types] of namespace.relations) {
      for (const type of types) checkSubjectType(model, `${namespace.name}.${relation}`, type)
    }
    for (const [permit, terms] of namespace.permits) {
      for (const term of terms) checkTerm(model, namespace, permit, term)
      checkNoCircle(namespace, permit, [])
    }
  }
}

function checkName(namespace: ParsedNamespace, name: string): void {
  if (name.length > longestRelation) refuse(namespace.name, `${name} has more than ${longestRelation} characters`)
  if (!relationName.test(name)) refuse(namespace.name, `${JSON.stringify(name)} is not a name`)
}

function checkSubjectType(model: ParsedModel, where: string, type: { namespace: string; relation?: string }): void {
  const target = model.get(type.namespace)
  if (target === undefined) refuse(where, `there is no class ${type.namespace}`)
  if (type.relation !== undefined && !target.relations.has(type.relation)) {
    refuse(where, `${type.namespace} has no relation ${type.relation}`)
  }
}

function checkTerm(model: ParsedModel, namespace: ParsedNamespace, permit: string, term: Term): void {
  const where = `${namespace.name}.${permit}, line ${term.line}`
  if (term.kind === 'permit') {
    if (!namespace.permits.has(term.name)) refuse(where, `${namespace.name} has no permit ${term.name}`)
    return
  }
  const types = namespace.relations.get(term.name)
  if (types === undefined) refuse(where, `${namespace.name} has no relation ${term.name}`)
  if (term.kind !== 'traverse') return
  for (const type of types) {
    const target = model.get(type.namespace)
    const known = term.target === 'permit' ? target?.permits : target?.relations
    if (type.relation !== undefined) refuse(where, `traverse over SubjectSet<${type.namespace}, "${type.relation}">`)
    if (!known?.has(term.targetName)) refuse(where, `${type.namespace} has no ${term.target} ${term.targetName}`)
  }
}

/** Permits of one class that lead back to themselves make Keto v26.2.0 recurse without a bound. */
function checkNoCircle(namespace: ParsedNamespace, permit: string, path: readonly string[]): void {
  if (path.includes(permit)) refuse(`${namespace.name}.${permit}`, `leads back to itself through ${path.join(', ')}`)
  for (const term of namespace.permits.get(permit) ?? []) {
    if (term.kind === 'permit') checkNoCircle(namespace, term.name, [...path, permit])
  }
}

function refuse(where: string, message: string): never {
  throw new ModelError(`${where}: ${message}`)
}

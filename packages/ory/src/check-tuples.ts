/** Checks tuples against the compiled model: Keto itself stores any relation and any subject, and answers wrongly later. */
import { compiledModel, isObjectId } from './model.ts'

interface Tuple {
  readonly relation: string
  readonly subject: { readonly namespace: string; readonly object: string; readonly relation: string }
}

/** Keto's column: a longer one is accepted by the model and fails when stored. */
const longestRelation = 64

/** @throws {Error} naming the first tuple that does not fit the model. */
export function checkTuples(namespace: string, object: string, tuples: readonly Tuple[], model = compiledModel()): void {
  const known = model.get(namespace)
  if (known === undefined) throw new Error(`The permission model has no namespace ${namespace}`)
  if (!isObjectId(object)) throw new Error(`Not an id of an object of ${namespace}: ${JSON.stringify(object)}`)
  for (const { relation, subject } of tuples) {
    const where = `${namespace}.${relation}`
    // Object.hasOwn: a relation called "constructor" is none.
    const types = Object.hasOwn(known.relations, relation) ? known.relations[relation] : undefined
    if (types === undefined) throw new Error(`${where}: there is no such relation in the permission model`)
    if (relation.length > longestRelation) throw new Error(`${where}: longer than ${longestRelation} characters`)
    const fits = types.some((type) => type.namespace === subject.namespace && type.relation === subject.relation)
    if (!fits) throw new Error(`${where}: ${subject.namespace}#${subject.relation} may not stand there`)
    if (!isObjectId(subject.object)) throw new Error(`${where}: not an id of a ${subject.namespace}: ${JSON.stringify(subject.object)}`)
  }
}

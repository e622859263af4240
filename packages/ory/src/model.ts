/** The permission model as types: a namespace, relation or permit that is not in `ory/keto/namespaces.ts` does not compile. */
import { model, permissions } from './model.gen.ts'

type Model = typeof model

export type Namespace = keyof Model
export type RelationOf<N extends Namespace> = keyof Model[N]['relations'] & string
export type PermitOf<N extends Namespace> = Model[N]['permits'][number]
type SubjectTypeOf<N extends Namespace, R extends RelationOf<N>> = Model[N]['relations'][R] extends readonly (infer T)[] ? T : never

/** Who may stand behind a relation. `relation` is '' for the thing itself, as in `User:<id>`. */
export type SubjectOf<N extends Namespace, R extends RelationOf<N>> =
  SubjectTypeOf<N, R> extends infer T
    ? T extends { namespace: infer S; relation: infer P }
      ? { readonly namespace: S; readonly object: string; readonly relation: P }
      : never
    : never

/** One permit of one namespace, e.g. `{ namespace: 'Platform', permit: 'administer' }`. */
export type Permission = (typeof permissions)[number]
/** Namespaces that have a permit: only these can be asked about, relations never are. */
export type PermitNamespace = Permission['namespace']

/** The description of a namespace without its literal types, for code that walks over the model. */
export interface NamespaceModel {
  readonly relations: Readonly<Record<string, readonly { readonly namespace: string; readonly relation: string }[]>>
  readonly permits: readonly string[]
}

const namespaces: ReadonlyMap<string, NamespaceModel> = new Map(Object.entries(model))

/** Every namespace of the compiled model. */
export function compiledModel(): ReadonlyMap<string, NamespaceModel> {
  return namespaces
}

/** The permission behind two names that came from outside, or null when the model has no such permit. */
export function findPermission(namespace: string, permit: string): Permission | null {
  const known: readonly Permission[] = permissions
  return known.find((one) => one.namespace === namespace && one.permit === permit) ?? null
}

/** What an object or subject may be called: UUIDs, and names of singletons such as `vestibule`. Keto never forgets a string. */
export function isObjectId(text: string): boolean {
  return /^[A-Za-z0-9-]{1,100}$/.test(text)
}

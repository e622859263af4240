/** A permission model as it was read from Ory Permission Language. */

/** `User` in a relation's type; `relation` is set for `SubjectSet<Group, "members">`. */
export interface SubjectType {
  readonly namespace: string
  readonly relation?: string
}

/** One question that a permit asks; used to check that what it names exists. */
export type Term =
  | { readonly kind: 'relation' | 'permit'; readonly name: string; readonly line: number }
  | {
      readonly kind: 'traverse'
      readonly name: string
      readonly target: 'relation' | 'permit'
      readonly targetName: string
      readonly line: number
    }

export interface ParsedNamespace {
  readonly name: string
  readonly relations: ReadonlyMap<string, readonly SubjectType[]>
  readonly permits: ReadonlyMap<string, readonly Term[]>
}

export type ParsedModel = ReadonlyMap<string, ParsedNamespace>

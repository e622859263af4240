/** What the guard does around the call to Kratos: steps one inside the other, each in a module of its own. */
import type { UpstreamAnswer } from '../upstream.ts'
import type { Guarded } from './guarded-paths.ts'
import type { Credentials } from './headers.ts'
import type { Submission } from './submission.ts'

/** One submission on its way. A step that changes something hands a new passage on. */
export interface Passage {
  readonly guarded: Guarded
  readonly submission: Submission
  readonly credentials: Credentials
  readonly requestId: string
  /** Where it comes from, as nginx saw it; null without nginx and socket. */
  readonly address: string | null
  /** As they came in; what Kratos gets is in `submission.headers`. */
  readonly headers: Headers
}

export type Next = (passage: Passage) => Promise<UpstreamAnswer>

/** Answers itself, throws a problem, or goes on with `next` and may look at, or replace, what came back. */
export type GuardStep = (passage: Passage, next: Next) => Promise<UpstreamAnswer>

/** The first step is the outermost. */
export function through(steps: readonly GuardStep[], last: Next): Next {
  return steps.reduceRight<Next>((next, step) => (passage) => step(passage, next), last)
}

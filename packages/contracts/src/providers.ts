/** Signing in with an account elsewhere. */
import { defineProblem } from './problem.ts'

/** Somebody else's trouble: every other way in works. */
export const ProviderDown = defineProblem({ code: 'provider-down', status: 503, title: 'The other side does not answer' })

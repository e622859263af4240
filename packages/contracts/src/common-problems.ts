/** Problems that any route can answer. */
import { defineProblem } from './problem.ts'

export const InvalidRequest = defineProblem({ code: 'invalid-request', status: 400, title: 'The request is not valid' })
export const NotSignedIn = defineProblem({ code: 'not-signed-in', status: 401, title: 'Sign in first' })
/** Acting as somebody else is over, or never began: it is never answered as the administrator's own request. */
export const ImpersonationEnded = defineProblem({ code: 'impersonation-ended', status: 401, title: 'Acting as this person has ended' })
export const CallerUnknown = defineProblem({ code: 'caller-unknown', status: 401, title: 'The calling service is not known' })
/** Unknown and foreign ids answer this alike, so that nobody learns which ids exist: give it no detail. */
export const Forbidden = defineProblem({ code: 'forbidden', status: 403, title: 'Not allowed' })
export const CrossOrigin = defineProblem({ code: 'cross-origin', status: 403, title: 'The request came from another site' })
export const SecondFactorRequired = defineProblem({
  code: 'second-factor-required',
  status: 403,
  title: 'A second factor is needed',
})
/** The person must set up a second factor before anything else. */
export const SecondFactorSetupRequired = defineProblem({
  code: 'second-factor-setup-required',
  status: 403,
  title: 'Set up a second factor first',
})
export const PasswordExpired = defineProblem({ code: 'password-expired', status: 403, title: 'The password is too old: set another first' })
export const TermsNotAccepted = defineProblem({ code: 'terms-not-accepted', status: 403, title: 'Accept the terms first' })
export const FreshSignInRequired = defineProblem({ code: 'fresh-sign-in-required', status: 403, title: 'Sign in again to do this' })
export const ImpersonationRefused = defineProblem({
  code: 'impersonation-refused',
  status: 403,
  title: 'Nobody can do this for somebody else',
})
export const RouteNotFound = defineProblem({ code: 'route-not-found', status: 404, title: 'There is nothing at this address' })
export const MethodNotAllowed = defineProblem({ code: 'method-not-allowed', status: 405, title: 'This address does not take that method' })
export const RequestTimeout = defineProblem({ code: 'request-timeout', status: 408, title: 'The request did not arrive in time' })
export const IdempotencyConflict = defineProblem({
  code: 'idempotency-conflict',
  status: 409,
  title: 'This Idempotency-Key was used for another request',
})
export const SubmissionInProgress = defineProblem({
  code: 'submission-in-progress',
  status: 409,
  title: 'An earlier submission is still being handled',
})
export const VersionConflict = defineProblem({ code: 'version-conflict', status: 412, title: 'Somebody else changed this meanwhile' })
export const BodyTooLarge = defineProblem({ code: 'body-too-large', status: 413, title: 'The body is too large' })
export const UnsupportedMediaType = defineProblem({
  code: 'unsupported-media-type',
  status: 415,
  title: 'The body has a type that is not taken here',
})
export const TooManyRequests = defineProblem({ code: 'too-many-requests', status: 429, title: 'Too many requests' })
/** Too many guesses or messages at one account or from one place; `Retry-After` says when there is room again. */
export const TooManyAttempts = defineProblem({ code: 'too-many-attempts', status: 429, title: 'Too many attempts: wait a while' })
export const HeadersTooLarge = defineProblem({ code: 'headers-too-large', status: 431, title: 'The headers are too large' })
export const InternalError = defineProblem({ code: 'internal-error', status: 500, title: 'Something went wrong on our side' })
/** Kratos gave no usable answer. Never reported as "no session". */
export const IdentityServiceDown = defineProblem({
  code: 'identity-service-down',
  status: 503,
  title: 'The sign-in service is not reachable',
})
/** Keto gave no usable answer. Never reported as "not allowed". */
export const PermissionServiceDown = defineProblem({
  code: 'permission-service-down',
  status: 503,
  title: 'The permission service is not reachable',
})
export const PermissionModelMissing = defineProblem({
  code: 'permission-model-missing',
  status: 503,
  title: 'The permission service does not run the expected model',
})
export const DatabaseDown = defineProblem({ code: 'database-down', status: 503, title: 'The database is not reachable' })
export const BrokerDown = defineProblem({ code: 'broker-down', status: 503, title: 'The message broker is not reachable' })
/** Another of our services gave no usable answer. */
export const DependencyDown = defineProblem({ code: 'dependency-down', status: 503, title: 'A service behind this one is not reachable' })

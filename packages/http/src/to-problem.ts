/** What the caller is told about an error. */
import {
  Forbidden,
  InternalError,
  InvalidRequest,
  MethodNotAllowed,
  NotSignedIn,
  RequestTimeout,
  RouteNotFound,
  TooManyRequests,
} from '@app/contracts/common-problems'
import { defineProblem, ProblemDocument, ProblemError, problemDocument } from '@app/contracts/problem'
import { asProblem } from '@app/db/errors'
import { HTTPException } from 'hono/http-exception'

const byStatus = new Map(
  [NotSignedIn, Forbidden, RouteNotFound, MethodNotAllowed, RequestTimeout, TooManyRequests].map((problem) => [problem.status, problem]),
)

/** A problem stays one, an outage of the database becomes 503, everything unexpected is 500 without its message. */
export function toProblem(error: unknown): ProblemError {
  const known = asProblem(error)
  if (known instanceof ProblemError) return known
  if (error instanceof HTTPException) return fromHttpException(error)
  return InternalError(undefined, { cause: error })
}

function fromHttpException(error: HTTPException): ProblemError {
  if (error.status >= 500) return InternalError(undefined, { cause: error })
  const problem = byStatus.get(error.status)
  if (problem) return problem(undefined, { cause: error })
  if (error.status === 400) return InvalidRequest(undefined, { cause: error })
  return defineProblem({ code: 'invalid-request', status: error.status, title: InvalidRequest.title })(undefined, { cause: error })
}

/** The one way in which a failure leaves a service. */
export function problemResponse(problem: ProblemError, requestId: string | null, headers: Record<string, string> = {}): Response {
  const document = ProblemDocument.parse(problemDocument(problem, requestId))
  return new Response(JSON.stringify(document), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(requestId === null ? {} : { 'x-request-id': requestId }),
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(problem.retryAfterSeconds)) }),
      ...headers,
    },
  })
}

import { CrossOrigin } from '@app/contracts/common-problems'

export interface Origins {
  readonly publicOrigin: string
  /** Other front-ends, exactly as browsers send them. */
  readonly allowedOrigins?: readonly string[]
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Keeps other sites from using a browser's cookie (cross-site request forgery): a write that a browser sends must come from our
 * own origin, or from one that the operator has listed. A session token in a header needs no such check, since another site cannot make a browser send one.
 *
 * @throws {CrossOrigin}
 */
export function checkOrigin(request: Request, { publicOrigin, allowedOrigins = [] }: Origins, hasToken: boolean): void {
  if (safeMethods.has(request.method) || hasToken) return
  const origin = request.headers.get('origin')
  const fromBrowser = origin !== null || request.headers.get('cookie') !== null
  if (fromBrowser && origin !== publicOrigin && !(origin !== null && allowedOrigins.includes(origin))) throw CrossOrigin()
}

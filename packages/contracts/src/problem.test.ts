import { expect, it } from 'vitest'
import * as common from './common-problems.ts'
import { IdentityNotFound } from './internal-identity.ts'
import { defineProblem, ProblemDocument, problemDocument } from './problem.ts'
import { SetupLinkInvalid } from './setup-links.ts'
import { UserNotFound } from './users.ts'

const all = [...Object.values(common), IdentityNotFound, SetupLinkInvalid, UserNotFound]

it('gives every problem a code of its own', () => {
  expect(new Set(all.map(({ code }) => code)).size).toBe(all.length)
  for (const { code } of all) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
})

it('renders a document that its own schema takes', () => {
  const Taken = defineProblem({ code: 'name-taken', status: 409, title: 'Taken' })
  const document = problemDocument(Taken('x is taken', { errors: [{ path: 'name', message: 'taken' }], cause: new Error('secret') }), 'r1')
  expect(ProblemDocument.parse(document)).toEqual(document)
  expect(document).toEqual({
    type: 'urn:vestibule:problem:name-taken',
    title: 'Taken',
    status: 409,
    detail: 'x is taken',
    code: 'name-taken',
    requestId: 'r1',
    errors: [{ path: 'name', message: 'taken' }],
  })
})

it('recognises its own errors only', () => {
  expect(common.Forbidden.is(common.Forbidden())).toBe(true)
  expect(common.Forbidden.is(common.NotSignedIn())).toBe(false)
  expect(common.Forbidden.is(new Error('forbidden'))).toBe(false)
})

it('keeps the cause for the log', () => {
  const cause = new Error('down')
  expect(common.DatabaseDown(undefined, { cause }).cause).toBe(cause)
  expect('cause' in common.DatabaseDown()).toBe(false)
})

import * as users from '@app/contracts/users'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { permission, signedIn } from './access.ts'
import { openApiDocument } from './openapi.ts'
import { route } from './route.ts'
import { testRoutes, testService } from './test-service.ts'

const Document = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
})

it('describes every public route and no internal one', async () => {
  const document = Document.parse(await (await testService().internalApp.request('/openapi.json')).json())
  const described = Object.entries(document.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`))
  const expected = testRoutes()
    .filter(({ contract }) => !contract.path.startsWith('/internal'))
    .map(({ contract }) => `${contract.method} /api/v1${contract.path}`)
  expect(described.sort()).toEqual(expected.sort())
})

it('names parameters, bodies, answers and problems of a route', () => {
  const never = () => {
    throw new Error('not called')
  }
  const routes = [
    route(users.updateMe, signedIn(), never),
    route(
      users.listUsers,
      permission('Platform', 'administer', () => 'vestibule'),
      never,
    ),
  ]
  const { paths } = Document.parse(openApiDocument('users', routes))
  expect(paths['/api/v1/users']?.['get']).toMatchObject({
    operationId: 'getUsers',
    description: 'Needs Platform#administer.',
    parameters: expect.arrayContaining([expect.objectContaining({ name: 'search', in: 'query', required: false })]),
    responses: {
      200: expect.anything(),
      401: { description: 'not-signed-in, impersonation-ended' },
      403: { description: 'second-factor-setup-required, second-factor-required, password-expired, terms-not-accepted, forbidden' },
    },
  })
  expect(paths['/api/v1/users/me']?.['patch']).toMatchObject({
    requestBody: { required: true, content: { 'application/json': { schema: { additionalProperties: false } } } },
    responses: { 412: { description: 'version-conflict' }, 403: { description: expect.stringMatching(/, cross-origin$/) } },
  })
})

it('gives every operation an id of its own', () => {
  const { paths } = Document.parse(openApiDocument('test', testRoutes()))
  const ids = Object.values(paths).flatMap((item) => Object.values(item).map((operation) => operation['operationId']))
  expect(new Set(ids).size).toBe(ids.length)
})

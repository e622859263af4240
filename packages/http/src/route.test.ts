import { contract } from '@app/contracts/contract'
import { acceptCourierMessage } from '@app/contracts/internal-notifications'
import { noContent } from '@app/contracts/values'
import { expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { internal, permission, publicRoute, signedIn } from './access.ts'
import type { SystemActor, UserActor } from './actor.ts'
import { answer, resultAnswer, route } from './route.ts'

const readThing = contract({
  method: 'get',
  path: '/things/{thingId}',
  summary: 'x',
  params: z.strictObject({ thingId: z.string() }),
  query: z.strictObject({ size: z.coerce.number<string>().default(1) }),
  answers: { 200: z.object({ id: z.string(), at: z.string().transform((text) => text.length) }) },
})
const dropThing = contract({ method: 'delete', path: '/things', summary: 'x', answers: { 204: noContent } })
const putThing = contract({
  method: 'put',
  path: '/things',
  summary: 'x',
  body: z.strictObject({ name: z.string() }),
  answers: { 200: z.object({ changed: z.literal(true) }), 201: z.object({ id: z.string() }), 400: z.object({ why: z.string() }) },
})

it('types the input by the contract and the actor by the access', () => {
  route(readThing, signedIn(), ({ actor, params, query, body }) => {
    expectTypeOf(actor).toEqualTypeOf<UserActor>()
    expectTypeOf(params).toEqualTypeOf<{ thingId: string }>()
    expectTypeOf(query).toEqualTypeOf<{ size: number }>()
    expectTypeOf(body).toEqualTypeOf<undefined>()
    return { id: params.thingId, at: 'now' }
  })
  route(readThing, publicRoute(), async ({ actor, params }) => {
    expectTypeOf(actor).toEqualTypeOf<null>()
    return { id: params.thingId, at: 'now' }
  })
  route(
    readThing,
    permission('Platform', 'administer', (request) => {
      expectTypeOf(request.params.thingId).toEqualTypeOf<string>()
      return request.params.thingId
    }),
    async ({ actor }) => ({ id: actor.userId, at: 'now' }),
  )
  route(acceptCourierMessage, internal('kratos'), ({ actor, body }) => {
    expectTypeOf(actor).toEqualTypeOf<SystemActor>()
    expectTypeOf(body.recipient).toEqualTypeOf<string>()
    return { accepted: true }
  })
})

it('lets a 204 return nothing and several answers only through answer()', () => {
  route(dropThing, signedIn(), async () => {})
  route(putThing, signedIn(), async ({ body }) => {
    if (body.name === '') return answer(400, { why: 'empty' })
    return body.name === 'a' ? answer(200, { changed: true }) : answer(201, { id: '1' }, { location: '/things/1' })
  })
  expect(resultAnswer(dropThing, undefined)).toMatchObject({ status: 204 })
  expect(() => resultAnswer(putThing, {})).toThrow('several 2xx')
})

it('does not compile what is wrong', () => {
  // @ts-expect-error no access
  expect(() => route(dropThing, async () => {})).toThrow()
  // @ts-expect-error the answer lacks a field
  route(readThing, signedIn(), () => ({ id: '1' }))
  // @ts-expect-error not a status of the contract
  route(putThing, signedIn(), () => answer(202, { id: '1' }))
  // @ts-expect-error a plain body would be ambiguous
  route(putThing, signedIn(), () => ({ id: '1' }))
  route(
    readThing,
    // @ts-expect-error no such param
    permission('Platform', 'administer', ({ params }) => params.other),
    () => ({ id: '1', at: '' }),
  )
  // @ts-expect-error no such permit in the model
  permission('Platform', 'administrate', () => 'vestibule')
  // @ts-expect-error no such namespace in the model
  permission('Platfrom', 'administer', () => 'vestibule')
  // @ts-expect-error a public path takes no internal access
  expect(() => route(dropThing, internal('users'), async () => {})).toThrow('internal paths')
  // @ts-expect-error an internal path takes no session
  expect(() => route(acceptCourierMessage, signedIn(), () => ({ accepted: true }))).toThrow('internal paths')
})

import { describe, expect, it } from 'vitest'
import { checkTuples } from './check-tuples.ts'
import { parseModel } from './parse-model.ts'

const model = new Map(
  [
    ...parseModel(`
      class User implements Namespace {}
      class Group implements Namespace { related: { members: User[] } }
      class File implements Namespace { related: { viewers: (User | SubjectSet<Group, "members">)[] } }`),
  ].map(([name, { relations, permits }]) => [
    name,
    {
      relations: Object.fromEntries(
        [...relations].map(([relation, types]) => [relation, types.map((type) => ({ relation: '', ...type }))]),
      ),
      permits: [...permits.keys()],
    },
  ]),
)
const user = { namespace: 'User', object: '018f', relation: '' }
const check = (relation: string, subject: typeof user, object = '1') => checkTuples('File', object, [{ relation, subject }], model)

it('takes tuples that fit the model', () => {
  check('viewers', user)
  check('viewers', { namespace: 'Group', object: '1', relation: 'members' })
})

describe('refuses', () => {
  it.each([
    ['an unknown namespace', () => checkTuples('Nope', '1', [], model), /no namespace Nope/],
    ['an unknown relation', () => check('viewer', user), /File.viewer/],
    ['a name that every object inherits', () => check('constructor', user), /File.constructor/],
    ['a subject of the wrong type', () => check('viewers', { ...user, namespace: 'File' }), /may not stand there/],
    ['a subject set that the relation does not take', () => check('viewers', { ...user, relation: 'members' }), /may not stand there/],
    [
      'a group that stands for itself and not for its members',
      () => check('viewers', { ...user, namespace: 'Group' }),
      /may not stand there/,
    ],
    ['an object that is no id', () => check('viewers', user, 'a b'), /Not an id/],
    ['a subject that is no id', () => check('viewers', { ...user, object: 'anna@example.org' }), /not an id/],
    ['an id without an end', () => check('viewers', { ...user, object: 'a'.repeat(101) }), /not an id/],
  ])('%s', (_, work, reason) => {
    expect(work).toThrow(reason)
  })
})

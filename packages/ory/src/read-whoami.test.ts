import { describe, expect, it } from 'vitest'
import { createWhoamiReader } from './read-whoami.ts'
import { keptMs } from './session-cache.ts'

const at = '2026-11-21T09:29:59.332366Z'
const answerOf = (number: number, changes: object = {}) => ({
  status: 200,
  text: JSON.stringify({
    id: `0ad0c8fe-13f9-412e-85c0-${String(number).padStart(12, '0')}`,
    active: true,
    authenticated_at: at,
    expires_at: at,
    authenticator_assurance_level: 'aal1',
    identity: { id: '4db44c5e-d596-4132-a970-0c1ec28d8dd9', schema_id: 'person', traits: {}, updated_at: at },
    ...changes,
  }),
})

describe('the reader of whoami answers', () => {
  it('reads the same words once, and other words of the same session anew', () => {
    const read = createWhoamiReader()
    const first = read(answerOf(1))
    expect(first).toMatchObject({ id: '0ad0c8fe-13f9-412e-85c0-000000000001', assuranceLevel: 'aal1' })
    expect(read(answerOf(1))).toBe(first)
    expect(read(answerOf(1, { authenticator_assurance_level: 'aal2' }))).toMatchObject({ assuranceLevel: 'aal2' })
    expect(read(answerOf(1, { active: false }))).toBeNull()
  })

  it('reads them anew after as long as a session may be kept', () => {
    let now = 0
    const read = createWhoamiReader(() => now)
    const first = read(answerOf(1))
    now = keptMs - 1
    expect(read(answerOf(1))).toBe(first)
    now = keptMs
    expect(read(answerOf(1))).toEqual(first)
    expect(read(answerOf(1))).not.toBe(first)
  })

  it('forgets the oldest when there are many', () => {
    const read = createWhoamiReader()
    const [first, second] = [read(answerOf(0)), read(answerOf(1))]
    for (let number = 2; number <= 500; number += 1) read(answerOf(number))
    expect(read(answerOf(1))).toBe(second)
    expect(read(answerOf(0))).not.toBe(first)
  })

  it('remembers no huge words', () => {
    const read = createWhoamiReader()
    const huge = answerOf(1, { note: 'x'.repeat(20_000) })
    expect(read(huge)).toEqual(read(huge))
    expect(read(huge)).not.toBe(read(huge))
  })

  it('remembers nothing that it cannot read', () => {
    const read = createWhoamiReader()
    for (let twice = 0; twice < 2; twice += 1) expect(() => read(answerOf(1, { identity: undefined }))).toThrow()
    expect(() => read({ status: 200, text: '<html>' })).toThrow()
  })
})

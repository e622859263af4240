import { describe, expect, it } from 'vitest'
import { errorSearch, flowSearch, parseSearch, peopleSearch, stringifySearch } from './search.ts'

describe('what an address says', () => {
  it('is read and written as plain text', () => {
    const read = parseSearch('?search=ada&verified=true&flow=12')
    expect(read).toEqual({ search: 'ada', verified: 'true', flow: '12' })
    expect(stringifySearch({ search: 'a b&c', state: 'active', from: undefined, to: '' })).toBe('?search=a+b%26c&state=active')
    expect(stringifySearch({})).toBe('')
  })

  it('names a flow only by an id', () => {
    const id = '98d38595-289c-422f-8e3e-27385aab315b'
    expect(flowSearch({ flow: id, return_to: '/settings', refresh: 'true', aal: 'aal2', login_challenge: 'x' })).toEqual({
      flow: id,
      return_to: '/settings',
      refresh: 'true',
      aal: 'aal2',
    })
    expect(flowSearch({ flow: '../../admin', refresh: 'yes', aal: 'aal3' })).toEqual({})
    expect(errorSearch({ id: '<script>' })).toEqual({})
  })

  it('filters people only by what the directory knows', () => {
    expect(
      peopleSearch({ search: '  ada ', state: 'active', verified: 'false', from: '2026-11-01', to: '2026-11-30', other: '1' }),
    ).toEqual({
      search: 'ada',
      state: 'active',
      verified: 'false',
      from: '2026-11-01',
      to: '2026-11-30',
    })
    expect(peopleSearch({ search: '   ', state: 'gone', verified: '1', from: '2026-13-45', to: '0001-01-01' })).toEqual({})
    expect(peopleSearch({ search: 'x'.repeat(300) }).search).toHaveLength(100)
  })
})

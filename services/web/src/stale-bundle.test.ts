import { describe, expect, it } from 'vitest'
import { mayReload } from './stale-bundle.ts'

function memory(): Pick<Storage, 'getItem' | 'setItem'> {
  const values = new Map<string, string>()
  return { getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value) }
}

describe('a bundle that is gone', () => {
  it('is reloaded once a minute, so that a broken deployment does not spin', () => {
    const storage = memory()
    expect(mayReload(storage, 1_000_000)).toBe(true)
    expect(mayReload(storage, 1_030_000)).toBe(false)
    expect(mayReload(storage, 1_070_000)).toBe(true)
  })

  it('is not reloaded when nothing can be remembered', () => {
    const forbidden = {
      getItem: () => {
        throw new Error('forbidden')
      },
      setItem: () => {},
    }
    expect(mayReload(forbidden, 1_000_000)).toBe(false)
  })
})

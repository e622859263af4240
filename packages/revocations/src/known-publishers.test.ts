import { beforeEach, describe, expect, it } from 'vitest'
import { type KnownPublishers, knowPublishers } from './known-publishers.ts'

let now = 0
let known: KnownPublishers
beforeEach(() => {
  now = 0
  known = knowPublishers(['identity'], () => now)
})

const beat = (number: number, incarnation = '1', publisher = 'identity') => known.hear({ kind: 'beat', publisher, incarnation, number })
/** Beats of one run, 200 ms apart. */
const beats = (from: number, to: number, incarnation?: string, publisher?: string) => {
  for (let number = from; number <= to; number += 1) {
    now += 200
    expect(beat(number, incarnation, publisher)).toBe(false)
  }
}

it('waits for the publishers that it expects', () => {
  expect(known.trouble()).toBe('identity was not heard yet')
  beat(7, '1', 'tenants')
  expect(known.trouble()).toBe('identity was not heard yet')
  beat(7)
  expect(known.trouble()).toBeNull()
})

it('takes any process of a service that it expects by name', () => {
  beat(7, '1', 'identity-of-others@host:1')
  expect(known.trouble()).toBe('identity was not heard yet')
  beat(7, '1', 'identity@host:4011')
  expect(known.trouble()).toBeNull()
})

it('counts a publisher that it hears for the first time as missed before', () => {
  expect(beat(1)).toBe(true)
  expect(beat(2)).toBe(false)
})

it('notices a number that is missing, once', () => {
  beat(1)
  beats(2, 5)
  expect(beat(7)).toBe(true)
  beats(8, 9)
  expect(known.trouble()).toBeNull()
})

it('takes a repeated number for nothing, also not for a sign of life', () => {
  beat(5)
  now = 700
  expect(beat(5)).toBe(false)
  expect(beat(4)).toBe(false)
  now = 801
  expect(known.trouble()).toBe('identity is silent')
})

describe('silence', () => {
  it('is trouble after 800 ms, of any publisher that was heard once', () => {
    beat(1)
    beat(1, '1', 'tenants')
    now = 800
    expect(known.trouble()).toBeNull()
    beat(2)
    now = 801
    expect(known.trouble()).toBe('tenants is silent')
    beat(2, '1', 'tenants')
    expect(known.trouble()).toBeNull()
  })

  it('is none after a good-bye, unless the publisher is expected', () => {
    beat(1)
    beat(1, '1', 'tenants')
    known.hear({ kind: 'bye', publisher: 'tenants', incarnation: '1', number: 2 })
    beats(2, 10)
    expect(known.trouble()).toBeNull()
    known.hear({ kind: 'bye', publisher: 'identity', incarnation: '1', number: 11 })
    expect(known.trouble()).toBe('identity was not heard yet')
  })

  it('shows a good-bye whose predecessor was lost', () => {
    beat(1)
    expect(known.hear({ kind: 'bye', publisher: 'identity', incarnation: '1', number: 3 })).toBe(true)
  })

  it('ends with a restart, also when that is faster than the bound', () => {
    beat(1)
    now = 300
    expect(beat(1, '2')).toBe(true)
    beats(2, 10, '2')
    expect(known.trouble()).toBeNull()
  })

  it('is not hidden by an earlier run that beats: both are waited for', () => {
    beat(1, '1')
    beat(1, '2')
    beats(2, 10, '1')
    expect(known.trouble()).toBe('identity is silent')
  })

  it('of a publisher that is gone for good ends after a minute', () => {
    beat(1)
    beat(1, '1', 'tenants')
    beats(2, 300)
    expect(now).toBeLessThan(60_000)
    expect(known.trouble()).toBe('tenants is silent')
    beats(301, 303)
    expect(known.trouble()).toBeNull()
  })
})

it('is not disturbed by a late word of a run that was replaced', () => {
  beat(1)
  beat(1, '2')
  beats(2, 10, '2')
  expect(known.trouble()).toBeNull()
  beat(2, '1')
  beats(11, 20, '2')
  expect(known.trouble()).toBeNull()
})

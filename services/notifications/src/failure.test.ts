import { DependencyDown } from '@app/contracts/common-problems'
import { expect, it } from 'vitest'
import { classifyFailure, retryDelaySeconds } from './failure.ts'

const smtpError = (fields: object) => Object.assign(new Error('550 <ann@example.org> unknown'), fields)

it.each([
  [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }, 'dead'],
  [{ code: 'EENVELOPE' }, 'dead'],
  [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 451 }, 'later'],
  [{ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553 }, 'outage'],
  [{ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 451 }, 'later'],
  [{ code: 'EMESSAGE', command: 'DATA', responseCode: 552 }, 'later'],
  [{ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, 'outage'],
  [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 421 }, 'outage'],
  [{ code: 'ECONNECTION' }, 'outage'],
  [{ code: 'ETIMEDOUT', command: 'CONN' }, 'outage'],
  [{}, 'outage'],
])('takes %j for: %s', (fields, fate) => {
  const failure = classifyFailure(smtpError(fields))
  expect(failure.fate).toBe(fate)
  expect(failure.reason).not.toContain('ann@')
})

it('waits for a service that is down', () => {
  expect(classifyFailure(DependencyDown())).toEqual({ fate: 'outage', reason: 'dependency-down' })
})

it('waits longer each time, at most an hour, about a second during an outage, and never all until the same moment', () => {
  expect([1, 2, 3, 20].map((attempts) => retryDelaySeconds(attempts, 'outage', 1))).toEqual([1.5, 1.5, 1.5, 1.5])
  expect([1, 2, 3, 20].map((attempts) => retryDelaySeconds(attempts, 'later', 1))).toEqual([5, 10, 20, 3_600])
  expect(retryDelaySeconds(1, 'later', 0)).toBeLessThan(retryDelaySeconds(1, 'later', 1))
})

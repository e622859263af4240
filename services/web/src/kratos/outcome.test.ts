import { describe, expect, it } from 'vitest'
import { aFlow, flowBody, loginNodes } from '../testing/flows.ts'
import { outcomeOf } from './outcome.ts'

const plain = new Headers({ 'x-request-id': 'req-1' })
const of = (status: number, body: unknown, headers = plain) => outcomeOf(status, headers, body)
const problem = (status: number, code: string) => ({ type: 'x', title: 'x', status, code, requestId: 'req-2' })

describe('an answer of Kratos', () => {
  it('with a flow is shown, at 200 as at 400', () => {
    expect(of(200, flowBody(loginNodes()))).toEqual({ kind: 'show', flow: aFlow(loginNodes()) })
    expect(of(400, flowBody(loginNodes()))).toMatchObject({ kind: 'show' })
  })

  it('with a session, or a flow that passed, is done', () => {
    const steps = [{ action: 'show_verification_ui', flow: { id: 'f', url: 'x' } }, { action: 'of_next_year' }]
    expect(of(200, { session: {}, identity: {}, continue_with: steps })).toEqual({
      kind: 'done',
      flow: null,
      next: [{ action: 'show_verification_ui', flow: { id: 'f' } }],
    })
    expect(of(200, flowBody([], { state: 'passed_challenge' }))).toMatchObject({ kind: 'done', next: [] })
    expect(of(200, flowBody([], { state: 'success', continue_with: null }))).toMatchObject({ kind: 'done', next: [] })
  })

  it.each([
    [410, { error: { id: 'self_service_flow_expired' } }, { kind: 'restart', because: 'expired' }],
    [410, null, { kind: 'restart', because: 'expired' }],
    [404, { error: { code: 404 } }, { kind: 'restart', because: 'forgotten' }],
    [403, { error: { id: 'security_csrf_violation' } }, { kind: 'restart', because: 'forged' }],
    [400, { error: { id: 'session_already_available' } }, { kind: 'signed-in-already' }],
    [403, { error: { id: 'session_refresh_required' }, redirect_browser_to: 'x' }, { kind: 'confirm-it-is-you' }],
    [403, { code: 'fresh-sign-in-required', status: 403 }, { kind: 'confirm-it-is-you' }],
    [403, { error: { id: 'session_aal2_required' } }, { kind: 'extra-step' }],
    [403, problem(403, 'second-factor-required'), { kind: 'extra-step' }],
    [401, { error: { id: 'session_inactive' } }, { kind: 'signed-out' }],
    [401, null, { kind: 'signed-out' }],
    [422, { error: { id: 'browser_location_change_required' }, redirect_browser_to: '/settings' }, { kind: 'redirect', to: '/settings' }],
  ])('%i %j is a branch of its own', (status, body, expected) => {
    expect(of(status, body)).toEqual(expected)
  })

  it.each([
    [429, 'too-many-requests', 'busy'],
    [409, 'submission-in-progress', 'in-progress'],
    [503, 'identity-service-down', 'unavailable'],
    [502, 'bad-gateway', 'unavailable'],
    [500, 'internal-error', 'unexpected'],
    [403, 'cross-origin', 'unexpected'],
    [400, 'invalid-request', 'unexpected'],
  ])('%i of the guard is trouble with a number to quote', (status, code, kind) => {
    expect(of(status, problem(status, code))).toEqual({ kind: 'trouble', trouble: { kind, requestId: 'req-2', retryAfterSeconds: null } })
  })

  it('of a failing server is never taken for a branch', () => {
    expect(of(500, { error: { id: 'session_inactive' } })).toMatchObject({ kind: 'trouble' })
    expect(of(200, null)).toMatchObject({ kind: 'trouble', trouble: { requestId: 'req-1' } })
    expect(of(200, '<html>')).toMatchObject({ kind: 'trouble' })
    expect(of(200, {})).toMatchObject({ kind: 'trouble' })
  })

  it('with null for its nodes is an empty flow', () => {
    expect(of(200, flowBody(null))).toMatchObject({ kind: 'show', flow: { ui: { nodes: [], messages: [] } } })
  })

  it('keeps what it understands when a node is of a new kind', () => {
    const strange = { type: 'hologram', group: 'future', attributes: { node_type: 'hologram' }, messages: [], meta: {} }
    expect(aFlow([strange, ...loginNodes()]).ui.nodes).toHaveLength(4)
  })
})

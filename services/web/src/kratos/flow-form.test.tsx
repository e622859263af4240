// @vitest-environment jsdom
import '../testing/languages.ts'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LanguageProvider } from '../language/language.tsx'
import { aFlow, csrf, input, loginNodes, submit } from '../testing/flows.ts'
import type { FlowKind } from './flow.ts'
import { FlowForm } from './flow-form.tsx'
import { prepared, wholePlan } from './forms.ts'

const sent = vi.fn()

function show(nodes: unknown[], options: { kind?: FlowKind; answers?: number; messages?: unknown[] } = {}) {
  const kind = options.kind ?? 'login'
  const flow = aFlow(nodes, options.messages ? { messages: options.messages } : {})
  const form = (answers: number) => (
    <LanguageProvider>
      <FlowForm kind={kind} flow={flow} plan={wholePlan(prepared(kind, flow, 'en'))} pending={false} answers={answers} submit={sent} />
    </LanguageProvider>
  )
  const view = render(form(0))
  return { answer: () => view.rerender(form(1)), container: view.container }
}

const passkeyQuestion = JSON.stringify({ publicKey: { challenge: 'Y2hhbGxlbmdl', userVerification: 'preferred', mystery: 1 } })
const passkeyNodes = [
  input('passkey_challenge', 'hidden', { group: 'passkey', value: passkeyQuestion }),
  input('passkey_login', 'hidden', { group: 'passkey' }),
  input('passkey_login_trigger', 'button', {
    group: 'passkey',
    onclick: 'window.hacked = true',
    label: { id: 1010021, text: 'Sign in with passkey' },
  }),
]

/** A browser whose dialog ends like this; the options it was given. */
function withPasskeys(dialog: () => Promise<unknown>): unknown[] {
  const asked: unknown[] = []
  const get = (options: unknown) => {
    asked.push(options)
    return dialog()
  }
  const asIs = (options: unknown) => options
  Object.assign(window, { PublicKeyCredential: { parseCreationOptionsFromJSON: asIs, parseRequestOptionsFromJSON: asIs } })
  Object.defineProperty(navigator, 'credentials', { configurable: true, value: { get } })
  return asked
}

const type = (label: string | RegExp, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } })

afterEach(() => {
  cleanup()
  sent.mockReset()
})

describe('a form of a flow', () => {
  it('sends what was typed, the token and the pressed button', () => {
    show(loginNodes())
    type('E-mail address', 'ada@example.org')
    type('Password', 'correct horse')
    fireEvent.click(screen.getByRole('button', { name: 'Sign in with password' }))
    expect(sent.mock.calls).toEqual([
      [{ csrf_token: 'token-1', identifier: 'ada@example.org', password: 'correct horse', method: 'password' }],
    ])
  })

  it('sends nothing while a field is wrong, and puts the focus there', () => {
    show(loginNodes())
    type('Password', 'correct horse')
    fireEvent.click(screen.getByRole('button', { name: 'Sign in with password' }))
    expect(sent).not.toHaveBeenCalled()
    expect(document.activeElement).toBe(screen.getByLabelText('E-mail address'))
    expect(screen.getByLabelText('E-mail address').getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByRole('alert').textContent).toBe('Fill in your e-mail address.')
  })

  it('shows the errors of the server at their fields, focuses the first, and takes an error away once its field is edited', () => {
    const wrong = input('password', 'password', {
      group: 'password',
      required: true,
      autocomplete: 'new-password',
      label: { id: 1070001, text: 'Password' },
      messages: [{ id: 4000032, text: 'x', type: 'error', context: { min_length: 8, actual_length: 5 } }],
    })
    const { answer } = show([csrf(), wrong, submit('password')], { kind: 'registration' })
    type('Password', 'short')
    fireEvent.click(screen.getByRole('button', { name: 'Send' }))
    answer()
    expect(document.activeElement).toBe(screen.getByLabelText('Password'))
    expect(screen.getByRole('alert').textContent).toBe('Use at least 8 characters; you used 5.')
    type('Password', 'longer')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('goes back to the password when the whole was wrong', () => {
    const { answer } = show(loginNodes(), { messages: [{ id: 4000006, text: 'x', type: 'error' }] })
    type('E-mail address', 'ada@example.org')
    type('Password', 'wrong')
    fireEvent.click(screen.getByRole('button', { name: 'Sign in with password' }))
    answer()
    expect(document.activeElement).toBe(screen.getByLabelText('Password'))
  })

  it('shows a password on request and says when Caps Lock is on', () => {
    show(loginNodes())
    const field = screen.getByLabelText('Password')
    fireEvent.click(screen.getByRole('button', { name: 'Show password' }))
    expect(field.getAttribute('type')).toBe('text')
    fireEvent.click(screen.getByRole('button', { name: 'Hide password' }))
    expect(field.getAttribute('type')).toBe('password')
    fireEvent.keyDown(field, { key: 'A', modifierCapsLock: true })
    expect(screen.getByText('Caps Lock is on.')).toBeTruthy()
  })

  it('honours what Kratos says about a field', () => {
    show([csrf(), input('code', 'text', { group: 'code', required: true, pattern: '[0-9]+', maxlength: 6 }), submit('code')], {
      kind: 'recovery',
    })
    const field = screen.getByLabelText('Code')
    expect(field.getAttribute('autocomplete')).toBe('one-time-code')
    expect(field.getAttribute('inputmode')).toBe('numeric')
    expect(field.getAttribute('maxlength')).toBe('6')
    expect(field.hasAttribute('required')).toBe(true)
  })

  it('lets a code be sent again without a code', () => {
    const resend = input('email', 'submit', { group: 'code', value: 'ada@example.org', label: { id: 1070008, text: 'Resend code' } })
    show(
      [
        csrf(),
        input('code', 'text', { group: 'code', required: true }),
        input('method', 'hidden', { group: 'code', value: 'code' }),
        submit('code'),
        resend,
      ],
      {
        kind: 'recovery',
      },
    )
    fireEvent.click(screen.getByRole('button', { name: 'Send a new code' }))
    expect(sent.mock.calls).toEqual([[{ csrf_token: 'token-1', method: 'code', email: 'ada@example.org' }]])
  })
})

describe('a node', () => {
  it('of type checkbox is a box with a label', () => {
    show([
      csrf(),
      input('traits.terms', 'checkbox', { label: { id: 1070002, text: 'Terms', context: { title: 'Terms' } } }),
      submit('profile'),
    ])
    fireEvent.click(screen.getByRole('checkbox', { name: 'Terms' }))
    fireEvent.click(screen.getByRole('button', { name: 'Send' }))
    expect(sent.mock.calls[0]?.[0]).toMatchObject({ traits: { terms: true } })
  })

  it('for the language is a list of names in their own language', () => {
    show([csrf(), input('traits.locale', 'text', { group: 'profile', value: 'nl', required: true }), submit('profile')], {
      kind: 'settings',
    })
    const list = screen.getByRole('combobox', { name: 'Language of your account' })
    expect(list).toHaveProperty('value', 'nl')
    expect([...list.querySelectorAll('option')].map((option) => option.textContent)).toEqual(['English', 'Nederlands'])
  })

  it('of type tel, number and url keeps its keyboard', () => {
    show([csrf(), input('traits.phone', 'tel'), input('traits.age', 'number'), input('traits.site', 'url'), submit('profile')])
    const keyboards = ['traits.phone', 'traits.age', 'traits.site'].map((name) =>
      document.querySelector(`[name="${name}"]`)?.getAttribute('inputmode'),
    )
    expect(keyboards).toEqual(['tel', 'numeric', 'url'])
  })

  it('that asks for a passkey never runs code of the answer, and sends what the browser gave', async () => {
    const asked = withPasskeys(() => Promise.resolve({ id: 'x' }))
    show([...loginNodes(), ...passkeyNodes])
    type('Password', 'not sent along')
    fireEvent.click(screen.getByRole('button', { name: 'Sign in with a passkey' }))
    await waitFor(() => expect(sent).toHaveBeenCalledOnce())
    expect(sent.mock.calls).toEqual([
      [{ csrf_token: 'token-1', passkey_challenge: passkeyQuestion, passkey_login: '{"id":"x"}', method: 'passkey' }],
    ])
    expect(asked).toEqual([{ publicKey: { challenge: 'Y2hhbGxlbmdl', userVerification: 'preferred' } }])
    expect(Reflect.get(window, 'hacked')).toBeUndefined()
  })

  it.each([
    ['NotAllowedError', /Nothing happened/],
    ['InvalidStateError', /already has a passkey/],
    ['SecurityError', /did not work/],
  ])('that asks for a passkey says why there is none: %s', async (name, words) => {
    withPasskeys(() => Promise.reject(new DOMException('x', name)))
    show([...loginNodes(), ...passkeyNodes])
    fireEvent.click(screen.getByRole('button', { name: 'Sign in with a passkey' }))
    expect(await screen.findByText(words)).toBeTruthy()
    expect(sent).not.toHaveBeenCalled()
  })

  it('that asks for a passkey says so when the browser has none', async () => {
    Reflect.deleteProperty(window, 'PublicKeyCredential')
    show([...loginNodes(), ...passkeyNodes])
    fireEvent.click(screen.getByRole('button', { name: 'Sign in with a passkey' }))
    expect(await screen.findByText(/cannot use passkeys/)).toBeTruthy()
  })

  it('for signing in elsewhere sends the provider alone: it says itself who somebody is', () => {
    const elsewhere = input('provider', 'submit', {
      group: 'oidc',
      value: 'local',
      label: { id: 1010002, text: 'x', context: { provider: 'Example' } },
    })
    show([...loginNodes(), elsewhere])
    type('E-mail address', 'ada@example.org')
    type('Password', 'secret')
    fireEvent.click(screen.getByRole('button', { name: 'Sign in with Example' }))
    expect(sent.mock.calls).toEqual([[{ csrf_token: 'token-1', provider: 'local', method: 'oidc' }]])
  })

  it('of kind link stays on our origin', () => {
    const link = (href: string) => ({
      type: 'a',
      group: 'code',
      attributes: { node_type: 'a', href, title: { id: 1070009, text: 'Continue', type: 'info' } },
      messages: [],
      meta: {},
    })
    show([csrf(), link(`${window.location.origin}/settings`), link('https://evil.example/'), link('javascript:alert(1)')])
    expect(screen.getAllByRole('link').map((found) => found.getAttribute('href'))).toEqual(['/settings'])
  })

  it('of kind picture shows only what came along', () => {
    const picture = (src: string) => ({
      type: 'img',
      group: 'totp',
      attributes: { node_type: 'img', src },
      messages: [],
      meta: { label: { id: 1050005, text: 'QR', type: 'info' } },
    })
    show([csrf(), picture('data:image/png;base64,iVBORw0KGgo='), picture('https://evil.example/pixel.png')])
    expect(screen.getAllByRole('img').map((found) => found.getAttribute('src'))).toEqual(['data:image/png;base64,iVBORw0KGgo='])
  })

  it('of kind text shows secrets one by one', () => {
    const secrets = ['aaaa', 'bbbb'].map((text) => ({ id: 1050009, text, type: 'info' }))
    const text = {
      type: 'text',
      group: 'lookup_secret',
      attributes: { node_type: 'text', text: { id: 1050015, text: 'aaaa, bbbb', type: 'info', context: { secrets } } },
      messages: [],
      meta: {},
    }
    show([csrf(), text])
    expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual(['aaaa', 'bbbb'])
  })

  it('of kind script is never loaded', () => {
    show([csrf(), { type: 'script', group: 'webauthn', attributes: { node_type: 'script', src: '/x.js' }, messages: [], meta: {} }])
    expect(document.querySelectorAll('script')).toHaveLength(0)
  })

  it('never becomes markup', () => {
    const evil = '<img src=x onerror=alert(1)>'
    const { container } = show([
      csrf(),
      input('traits.x', 'text', {
        label: { id: 1070002, text: evil, context: { title: evil } },
        value: evil,
        messages: [{ id: 1, text: evil, type: 'error' }],
      }),
    ])
    expect(container.querySelector('img')).toBeNull()
    expect(screen.getByRole('alert').textContent).toBe(evil)
  })
})

import type { OryInput } from './input.ts'

type Hook = Record<string, unknown>

/**
 * The hooks of each flow, for both releases.
 *
 * Deciding hooks (`parse`) stand in the lists of a method: in a list for all methods registration and settings skip them silently.
 * A method's list replaces the one for all methods, so each list is whole. Telling hooks (`ignore`) are sent without waiting and may
 * be lost; identity finds what it was not told.
 */
export function kratosHooks(input: OryInput, file: (name: string) => string) {
  const web = (path: string, response: Hook, body = 'hook.jsonnet'): Hook => ({
    hook: 'web_hook',
    config: {
      url: new URL(`/internal/hooks/${path}`, input.hooks.url).href,
      method: 'POST',
      body: file(body),
      auth: { type: 'api_key', config: { in: 'header', name: 'Authorization', value: `Bearer ${input.hooks.secret}` } },
      response,
    },
  })
  const deciding = (path: string) => web(`${path}/before`, { parse: true })
  const telling = (path: string) => web(`${path}/after`, { ignore: true })
  const both = (path: string) => [deciding(path), telling(path)]
  const endOtherSessions = { hook: 'revoke_active_sessions' }
  const registering = (method: string) => ({
    hooks: [...both(`registration/${method}`), { hook: 'show_verification_ui' }, { hook: 'session' }],
  })
  const isPasswordless = input.codeMode === 'passwordless'
  return {
    // Waited for: a sign-in that nobody could write down does not happen. The list for all methods works here.
    login: { hooks: [web('login/-/after', { ignore: false, parse: false }, 'login-hook.jsonnet')] },
    registration: {
      password: registering('password'),
      passkey: registering('passkey'),
      // Kratos lets posted traits override the provider's: the hook refuses them, and whoever has no confirmed address.
      oidc: { hooks: [...both('registration/oidc'), { hook: 'session' }] },
      // Where it is off, v1.3.1 takes it from whoever posts it, past every hook but this one, which then always refuses.
      code: isPasswordless ? registering('code') : { hooks: [deciding('registration/code-is-off')] },
    },
    settings: {
      profile: { hooks: both('settings/profile') },
      password: { hooks: [...both('settings/password'), endOtherSessions] },
      // Sessions keep the level that a factor gave them after it is gone, so those elsewhere end with every change of it.
      totp: { hooks: [...both('settings/totp'), endOtherSessions] },
      lookup_secret: { hooks: both('settings/lookup_secret') },
      passkey: { hooks: both('settings/passkey') },
      oidc: { hooks: both('settings/oidc') },
    },
    recovery: { hooks: [telling('recovery/-'), endOtherSessions] },
    verification: { hooks: [telling('verification/-')] },
  }
}

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
  const web = (path: string, response: Hook): Hook => ({
    hook: 'web_hook',
    config: {
      url: new URL(`/internal/hooks/${path}`, input.hooks.url).href,
      method: 'POST',
      body: file('hook.jsonnet'),
      auth: { type: 'api_key', config: { in: 'header', name: 'Authorization', value: `Bearer ${input.hooks.secret}` } },
      response,
    },
  })
  const deciding = (path: string) => web(`${path}/before`, { parse: true })
  const telling = (path: string) => web(`${path}/after`, { ignore: true })
  const revokeOtherSessions = { hook: 'revoke_active_sessions' }
  return {
    registration: {
      password: {
        hooks: [deciding('registration/password'), telling('registration/password'), { hook: 'show_verification_ui' }, { hook: 'session' }],
      },
      // Off, but v1.3.1 takes it from whoever posts it. Identity has no such route, and its 404 refuses.
      code: { hooks: [deciding('registration/code')] },
    },
    settings: {
      profile: { hooks: [deciding('settings/profile'), telling('settings/profile')] },
      password: { hooks: [deciding('settings/password'), telling('settings/password'), revokeOtherSessions] },
    },
    recovery: { hooks: [telling('recovery/-'), revokeOtherSessions] },
    verification: { hooks: [telling('verification/-')] },
  }
}

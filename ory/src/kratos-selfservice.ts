import type { OryInput } from './input.ts'
import { kratosHooks } from './kratos-hooks.ts'
import { oidcMethod } from './kratos-providers.ts'

/** Flows and methods: what people can do by themselves, and on which page. */
export function selfservice(input: OryInput, file: (name: string) => string) {
  const page = (path: string) => new URL(path, input.publicUrl).href
  const { flow, code } = input.lifespans
  const hooks = kratosHooks(input, file)
  return {
    default_browser_return_url: page('/'),
    allowed_return_urls: [page('/'), ...input.extraReturnUrls],
    methods: methods(input, code),
    flows: {
      error: { ui_url: page('/error') },
      login: { ui_url: page('/sign-in'), lifespan: flow, after: hooks.login },
      // Both releases: profile and password on one screen.
      registration: {
        enabled: true,
        enable_legacy_one_step: true,
        login_hints: true,
        ui_url: page('/register'),
        lifespan: flow,
        after: hooks.registration,
      },
      verification: { enabled: true, use: 'code', ui_url: page('/verify'), lifespan: flow, after: hooks.verification },
      recovery: {
        enabled: true,
        use: 'code',
        ui_url: page('/recover'),
        lifespan: flow,
        // A mail to strangers would let anybody send our mail to anybody.
        notify_unknown_recipients: false,
        after: hooks.recovery,
      },
      settings: {
        ui_url: page('/security'),
        lifespan: flow,
        privileged_session_max_age: input.sessions.privilegedFor,
        // With codes as second factor everybody with an address could have one, and would be kept out of the settings without.
        required_aal: input.codeMode === 'passwordless' ? 'highest_available' : 'aal1',
        after: hooks.settings,
      },
      logout: { after: { default_browser_return_url: page('/') } },
    },
  }
}

function methods(input: OryInput, codeLifespan: string) {
  const { hostname, origin } = new URL(input.publicUrl)
  const relyingParty = { id: hostname, display_name: input.productName, origins: [origin] }
  return {
    password: {
      enabled: true,
      config: {
        haveibeenpwned_enabled: input.passwords.askHaveIBeenPwned,
        ignore_network_errors: true,
        min_password_length: input.passwords.minLength,
        identifier_similarity_check_enabled: input.passwords.refuseSimilar,
      },
    },
    // Verification and recovery in either mode. Kratos has codes as the only factor or as the second one, never both.
    code: {
      enabled: true,
      passwordless_enabled: input.codeMode === 'passwordless',
      mfa_enabled: input.codeMode === 'second-factor',
      config: { lifespan: codeLifespan },
    },
    // A link is used up by the mail scanner that opens it.
    link: { enabled: false },
    profile: { enabled: true },
    totp: { enabled: true, config: { issuer: input.productName } },
    lookup_secret: { enabled: true },
    // Passkeys are discoverable and come first; a second kind of key beside them would confuse more than help.
    webauthn: { enabled: false },
    passkey: { enabled: true, config: { rp: relyingParty } },
    oidc: oidcMethod(input),
  }
}

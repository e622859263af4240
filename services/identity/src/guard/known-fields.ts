/** Which fields each way in takes. Kratos gets these and no others: some of its methods act on a field of theirs whatever `method` says. */
import type { FlowKind } from './guarded-paths.ts'

export type CodeMode = 'passwordless' | 'second-factor'

type Fields = Readonly<Record<string, unknown>>
type Ways = Readonly<Record<string, readonly string[]>>

/** All but the traits are ours and stay here. */
const registering = ['traits', 'registration_proof', 'terms_accepted'] as const

const known: Readonly<Record<FlowKind, Ways>> = {
  login: {
    password: ['identifier', 'password'],
    code: ['identifier', 'code', 'resend', 'address'],
    totp: ['totp_code'],
    lookup_secret: ['lookup_secret'],
    passkey: ['passkey_login'],
    oidc: ['provider'],
  },
  registration: {
    password: [...registering, 'password'],
    code: [...registering, 'code', 'resend'],
    passkey: [...registering, 'passkey_register'],
    // The provider itself says who somebody is: Kratos would take posted traits in place of what it says.
    oidc: ['provider'],
  },
  settings: {
    password: ['password'],
    profile: ['traits'],
    totp: ['totp_code', 'totp_unlink'],
    lookup_secret: ['lookup_secret_reveal', 'lookup_secret_regenerate', 'lookup_secret_confirm', 'lookup_secret_disable'],
    passkey: ['passkey_settings_register', 'passkey_remove'],
    oidc: ['link', 'unlink'],
  },
  recovery: { code: ['email', 'code'] },
  verification: { code: ['email', 'code'] },
}

/** The methods of a flow, as `method` names them. */
export function methodsOf(flow: FlowKind, codeMode: CodeMode): string[] {
  // v1.3.1 registers by code also where it is off.
  return Object.keys(known[flow]).filter((method) => !(flow === 'registration' && method === 'code' && codeMode === 'second-factor'))
}

/** What of a submission is passed on; without a method Kratos finds no way in, and says so at the form. */
export function fieldsOf(flow: FlowKind, fields: Fields): Record<string, unknown> {
  const method = typeof fields['method'] === 'string' ? fields['method'] : ''
  const names = ['method', 'csrf_token', ...(known[flow][method] ?? [])]
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}

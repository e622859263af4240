import { ProxyInput } from '@app/proxy/input'
import { z } from 'zod'
import { listedProviders } from './network-providers.ts'
import { otherOrigins } from './other-origins.ts'
import { proxyInput } from './parts/proxy.ts'
import { PlainError } from './plain-error.ts'
import { signInInput } from './sign-in-settings.ts'
import type { NetworkContext } from './supervisor/types.ts'

/** What of the proxy's input a person can change. */
const variables: Readonly<Record<string, string>> = {
  publicUrl: 'VESTIBULE_PUBLIC_URL',
  trustedProxies: 'VESTIBULE_TRUSTED_PROXIES',
  tls: 'VESTIBULE_TLS_CERTIFICATE or VESTIBULE_TLS_KEY',
  webRoot: 'the path of this checkout',
  paths: 'VESTIBULE_STATE',
}

/**
 * Looks at the settings that are used late, before anything is started or built.
 *
 * @throws {PlainError} naming each variable that does not fit, and what would.
 */
export function checkSettings(context: NetworkContext): void {
  const email = context.settings['VESTIBULE_ADMIN_EMAIL']
  if (email !== undefined && !z.email().safeParse(email).success)
    throw new PlainError(`VESTIBULE_ADMIN_EMAIL must be an e-mail address, not "${email}".`)
  signInInput((name) => context.settings[name])
  const local = context.settings['VESTIBULE_LOCAL_PROVIDER']
  if (local !== undefined && local !== 'on' && local !== 'off')
    throw new PlainError(`VESTIBULE_LOCAL_PROVIDER must be on or off, not "${local}".`)
  listedProviders(context)
  otherOrigins((name) => context.settings[name])
  const parsed = ProxyInput.safeParse(proxyInput(context))
  if (parsed.success) return
  const sentences = parsed.error.issues.map(({ path, message }) => {
    const field = String(path[0])
    return `${variables[field] ?? field} ${/^(must|is) /.test(message) ? message : `must be ${message}`}.`
  })
  throw new PlainError(sentences.join('\n'))
}

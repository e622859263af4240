import type { ProviderSource } from '@app/ory-config/provider-input'
import type { OtherOrigins } from '../../other-origins.ts'

/** What set-up is told from outside. */
export type SetupSettings = {
  publicUrl: string
  trustedProxies: string[]
  exchangePrefix: string
  release: 'v1.3.1' | 'v26.2.0'
  /** The variables of `sign-in-settings.ts`. */
  signIn: Readonly<Record<string, string | undefined>>
  /** Other front-ends and apps. */
  origins: OtherOrigins
  /** Whose accounts people may sign in with. */
  providers: ProviderSource[]
}

/** A device that keeps passkeys, as Chromium's own testing protocol (WebAuthn domain) plays it: it is always there and always agrees. */
import type { Page } from 'playwright-core'

export type Authenticator = {
  /** How many passkeys it keeps. */
  count(): Promise<number>
  /**
   * Whether its owner touches it. While they do, it also answers the offer in the list of the e-mail field, which a real browser
   * shows and waits: a page with that field signs in by itself then.
   */
  touched(is: boolean): Promise<void>
}

export async function plugIn(page: Page): Promise<Authenticator> {
  const client = await page.context().newCDPSession(page)
  await client.send('WebAuthn.enable')
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    count: async () => (await client.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    touched: async (is) => void (await client.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: is })),
  }
}

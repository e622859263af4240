import type { RevocationPublisher } from '@app/revocations/publisher'

export type Revocation = { readonly scope: 'session' | 'identity'; readonly id: string } | { readonly scope: 'all'; readonly id: '*' }

/** Tells every process to forget what it keeps about a session, an identity, or everybody. */
export interface Revocations {
  publish(revocation: Revocation): Promise<void>
}

/**
 * An unconfirmed revocation is not an error of whoever ends a session: the session is gone, and by then our beats have been missing
 * for so long that every listener has stopped using what it keeps.
 */
export function createRevocations(publisher: Pick<RevocationPublisher, 'publish'>): Revocations {
  return {
    publish: async (revocation) => {
      try {
        await publisher.publish(revocation)
      } catch {
        // The publisher has logged it.
      }
    },
  }
}

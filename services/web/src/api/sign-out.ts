/** Ends the session: Kratos hands out a one-time address, going there ends it. */
import * as z from 'zod/mini'
import { parsedBody } from '../kratos/client.ts'
import { offline, type Trouble, troubleOf } from './trouble.ts'

const LogoutOffer = z.object({ logout_token: z.string() })

/** Null when nobody is signed in here any more. */
export async function signOut(): Promise<Trouble | null> {
  try {
    const offer = await fetch('/self-service/logout/browser', { headers: { accept: 'application/json' }, cache: 'no-store' })
    if (offer.status === 401) return null
    const body = LogoutOffer.safeParse(await parsedBody(offer))
    if (!offer.ok || !body.success) return troubleOf(offer.status, offer.headers, null)
    const address = `/self-service/logout?${new URLSearchParams({ token: body.data.logout_token })}`
    const ended = await fetch(address, { headers: { accept: 'application/json' }, cache: 'no-store' })
    return ended.ok || ended.status === 401 ? null : troubleOf(ended.status, ended.headers, await parsedBody(ended))
  } catch {
    return offline // fetch rejects only when no answer came.
  }
}

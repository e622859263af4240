/** Text messages: by an HTTP gateway, or, for development, as mails beside the others. */
import type { Mailer } from './smtp.ts'

export type OutgoingText = {
  /** E.164 */
  readonly to: string
  readonly text: string
  /** The same for every attempt to send one message. */
  readonly messageKey: string
  readonly signal: AbortSignal
}

export type Texter = {
  /** @throws {SmsFailure} it may go better later */
  readonly send: (message: OutgoingText) => Promise<{ readonly state: 'sent' } | { readonly state: 'dead'; readonly reason: string }>
}

/** Holds what the gateway answered as a number, never its words, which may quote the phone number. */
export class SmsFailure extends Error {
  override readonly name = 'SmsFailure'
}

const TIMEOUT_MS = 8_000
/** What trying again cannot change. */
const FINAL = [400, 404, 409, 413, 422]
/** RFC 2606: nothing is ever delivered there. */
const SINK_DOMAIN = 'sms.invalid'

/**
 * The gateway of an operator: `POST url` with `{id, to, text}` and a bearer secret; 2xx is taken. The id is the same for every try, so that
 * a gateway which knows it can leave out the second.
 */
function createHttpTexter({ url, secret }: { url: string; secret: string }): Texter {
  return {
    send: async ({ to, text, messageKey, signal }) => {
      const status = await post(url, secret, JSON.stringify({ id: messageKey, to, text }), signal)
      if (status >= 200 && status < 300) return { state: 'sent' }
      if (FINAL.includes(status)) return { state: 'dead', reason: `sms ${status}` }
      throw new SmsFailure(`sms ${status}`)
    },
  }
}

async function post(url: string, secret: string, body: string, signal: AbortSignal): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await response.body?.cancel()
    return response.status
  } catch (error) {
    throw new SmsFailure('sms no answer', { cause: error })
  }
}

/** Shows text messages in the mail sink, addressed to `<number>@sms.invalid`. */
function createSinkTexter(mailer: Mailer): Texter {
  return {
    send: async ({ to, text, messageKey }) => {
      const html = `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`
      const mail = { to: `${to.slice(1)}@${SINK_DOMAIN}`, subject: `SMS: ${text}`, text, html, messageKey, kind: 'sms', locale: 'en' }
      await mailer.send(mail)
      return { state: 'sent' }
    },
  }
}

/** Without a gateway nothing can be sent, now or later. */
const noTexter: Texter = { send: async () => ({ state: 'dead', reason: 'no gateway for text messages' }) }

/** @param url of a gateway; `mail` for the sink, empty for none */
export function chooseTexter(url: string, secret: string, mailer: Mailer): Texter {
  if (url === '') return noTexter
  return url === 'mail' ? createSinkTexter(mailer) : createHttpTexter({ url, secret })
}

import { ProblemError } from '@app/contracts/problem'
import { z } from 'zod'
import { SmsFailure } from './sms.ts'

/**
 * What to do after a failed attempt: `dead` when the server refuses this recipient for good, `outage` when nobody could have
 * sent anything, `later` for the rest (greylisting, full mailbox, a refused sender).
 */
export type Failure = { readonly fate: 'dead' | 'outage' | 'later'; readonly reason: string }

const SmtpError = z.object({ code: z.string().optional(), command: z.string().optional(), responseCode: z.int().optional() })

const OUTAGE_DELAY_S = 1.5
const MAX_DELAY_S = 3_600
/** Commands before a recipient is named: what goes wrong there goes wrong for every mail. */
const BEFORE_ANY_RECIPIENT = /^(CONN|EHLO|HELO|LHLO|STARTTLS|AUTH)/

/** The reason holds codes only: a server's sentence often quotes the address. */
export function classifyFailure(error: unknown): Failure {
  if (error instanceof ProblemError) return { fate: error.status === 503 ? 'outage' : 'later', reason: error.code }
  if (error instanceof SmsFailure) return { fate: 'later', reason: error.message }
  const { code = 'unknown', command = '', responseCode } = SmtpError.safeParse(error).data ?? {}
  if (responseCode === undefined) {
    // Without a word from the server: refused, lost, timed out. An envelope error is nodemailer's own: no usable recipient.
    return code === 'EENVELOPE' ? { fate: 'dead', reason: 'not a mail address' } : { fate: 'outage', reason: `smtp ${code}` }
  }
  const reason = `smtp ${responseCode} ${command}`.trim()
  // 421: the server is closing (RFC 5321 §3.8).
  if (responseCode === 421 || BEFORE_ANY_RECIPIENT.test(command)) return { fate: 'outage', reason }
  if (command === 'MAIL FROM' && responseCode >= 500) return { fate: 'outage', reason }
  return { fate: responseCode >= 500 && command === 'RCPT TO' ? 'dead' : 'later', reason }
}

/**
 * Seconds until the next attempt, for ever: doubling up to an hour, with jitter. During an outage just over a second, so that
 * mail goes on when the server is back; `createOutage` keeps all of them from trying at once.
 */
export function retryDelaySeconds(attempts: number, fate: Failure['fate'], random = Math.random()): number {
  const base = fate === 'outage' ? OUTAGE_DELAY_S : Math.min(2.5 * 2 ** Math.min(attempts, 20), MAX_DELAY_S)
  return base * (0.75 + random / 4)
}

/** What arrived in the mail sink, read as a person would open it. */
import { until } from '@app/testing/poll'
import { z } from 'zod'

const Mail = z.object({
  subject: z.string().default(''),
  text: z.string().default(''),
  html: z.union([z.string(), z.literal(false)]).optional(),
  messageId: z.string().optional(),
  headers: z.record(z.string(), z.unknown()).default({}),
  to: z.array(z.object({ address: z.string() })).default([]),
})

export type Mail = { subject: string; text: string; html: string; messageId: string }

/** All mails to `address`, oldest first. Repeats of one `Message-ID` are listed as often as they arrived. */
export async function mailsTo(mailUrl: string, address: string): Promise<Mail[]> {
  const response = await fetch(`${mailUrl}/api/email`, { signal: AbortSignal.timeout(5_000) })
  const mails = z.array(Mail).parse(await response.json())
  return mails
    .filter((mail) => mail.to.some((recipient) => recipient.address.toLowerCase() === address.toLowerCase()))
    .map((mail) => ({
      subject: mail.subject,
      text: mail.text,
      html: typeof mail.html === 'string' ? mail.html : '',
      messageId: mail.messageId ?? z.string().parse(mail.headers['message-id']),
    }))
}

/** The six digits of the newest mail to `address` that `matches`, once there are more than `seen` of them. */
export async function waitForCode(mailUrl: string, address: string, matches: RegExp, seen = 0, timeoutMs = 20_000): Promise<string> {
  return until(
    async () => {
      const mails = (await mailsTo(mailUrl, address)).filter((mail) => matches.test(mail.subject))
      const newest = mails.length > seen ? mails.at(-1) : undefined
      return newest === undefined ? undefined : /\b\d{6}\b/.exec(newest.text)?.[0]
    },
    { timeoutMs, everyMs: 200 },
  )
}

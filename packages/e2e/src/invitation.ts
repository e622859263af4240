/** How an administrator lets somebody in, and the link that arrives. */
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import type { Page } from 'playwright-core'
import { freshEmail } from './api-person.ts'
import { mailsTo } from './mailbox.ts'
import { asShown } from './words.ts'

/** In the browser of an administrator who reads English. @returns the address that was invited. */
export async function invite(page: Page, name = 'Mary Jackson'): Promise<string> {
  const email = freshEmail('invited')
  await page.goto('/people')
  await page.getByRole('button', { name: 'Invite a person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(asShown('E-mail address')).fill(email)
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Name').press('Enter')
  await dialog.getByText(`${name} is invited`).waitFor()
  return email
}

/** @param seen how many links the mailbox already had. */
export async function setupLinkTo(address: string, seen = 0): Promise<string> {
  return until(
    async () => {
      // Other mails, such as the welcome, may come before or after it.
      const mails = await mailsTo(testServers().mailUrl, address)
      const links = mails.flatMap(({ text }) => /https?:\S+\/setup#[\w-]+/.exec(text)?.[0] ?? [])
      return links.length > seen ? links.at(-1) : undefined
    },
    { timeoutMs: 20_000, everyMs: 200 },
  )
}

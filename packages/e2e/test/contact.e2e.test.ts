/** A new e-mail address and a phone number, through nginx, with the mails and text messages that really arrive. */
import { ContactView } from '@app/contracts/contact'
import { until } from '@app/testing/poll'
import { testServers } from '@app/testing/servers'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { type ApiPerson, call, freshEmail, register } from '../src/api-person.ts'
import { mailsTo, waitForCode } from '../src/mailbox.ts'

const { publicUrl, mailUrl } = testServers()
const Started = z.object({ id: z.uuid() })

async function prove({ token }: ApiPerson, kind: 'email' | 'phone', target: string, mailbox: string) {
  const asked = await call(publicUrl, 'POST', `/api/v1/contact/${kind}`, { token, body: { [kind]: target } })
  expect(asked.status).toBe(202)
  const code = await waitForCode(mailUrl, mailbox, /\d{6} is your code/)
  const shown = await call(publicUrl, 'POST', `/api/v1/contact/${Started.parse(asked.json).id}/code`, { token, body: { code } })
  return ContactView.parse(shown.json)
}

it('moves a person to a new address, tells the old one, and every service knows', async () => {
  const ada = await register(publicUrl, 'moving')
  const next = freshEmail('moved')
  expect(await prove(ada, 'email', next, next)).toMatchObject({ email: next, emailVerified: true })
  await until(async () => (await mailsTo(mailUrl, ada.email)).some(({ subject }) => subject === 'Your e-mail address was changed'))
  await until(async () => {
    const { json } = await call(publicUrl, 'GET', '/api/v1/users/me', { token: ada.token })
    return z.object({ email: z.string() }).parse(json).email === next
  })
})

it('adds a number by a text message, and tells the person by mail', async () => {
  const ada = await register(publicUrl, 'phone')
  const digits = `3161${String(Date.now()).slice(-7)}`
  expect(await prove(ada, 'phone', `+${digits}`, `${digits}@sms.invalid`)).toMatchObject({ phone: `+${digits}` })
  await until(async () => (await mailsTo(mailUrl, ada.email)).some(({ subject }) => subject === 'Your phone number was changed'))
})

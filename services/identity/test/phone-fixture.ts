/** People with a proven number, and the texts that went to it. */
import { randomInt } from 'node:crypto'
import { until } from '@app/testing/poll'
import { expect } from 'vitest'
import { z } from 'zod'
import type { Identity } from './identity-fixture.ts'
import { codeFor } from './outgoing.ts'
import { aPerson, type Heard, type Visitor } from './visitor.ts'

const Text = z.object({ messageType: z.literal('sms'), template: z.literal('login_code_valid'), recipient: z.string(), code: z.string() })
export const Started = z.object({ id: z.uuid() })

/** Another one each time, that takes messages. */
export const number = () => `+316${randomInt(1, 6)}${randomInt(1_000_000, 9_999_999)}`
export const spaced = (phone: string) => `00${phone.slice(1, 3)} (0)${phone.slice(3, 4)} ${phone.slice(4)}`
/** Where limits are not what is tested. */
export const roomy = { count: 100_000, seconds: 300 }

export async function signedUp(identity: Identity) {
  const visitor = identity.visitor()
  const person = aPerson()
  await visitor.register(person)
  const { userId } = await visitor.whoami()
  if (userId === null) throw new Error('Not registered')
  await until(async () => (await identity.events(userId)).length > 0)
  return { visitor, email: person.email, userId }
}

export async function prove(identity: Identity, visitor: Visitor, phone: string): Promise<Heard> {
  const { id } = Started.parse((await visitor.guard('POST', '/api/v1/contact/phone', { body: { phone } })).json)
  return await visitor.guard('POST', `/api/v1/contact/${id}/code`, { body: { code: await codeFor(identity, phone) } })
}

export async function withNumber(identity: Identity) {
  const person = await signedUp(identity)
  const phone = number()
  expect((await prove(identity, person.visitor, phone)).json).toMatchObject({ phone })
  return { ...person, phone }
}

export const textsTo = (identity: Identity, phone: string) =>
  identity.kratos.receiver.calls.flatMap(({ body }) => {
    const text = Text.safeParse(body).data
    return text?.recipient === phone ? [text.code] : []
  })

export const aText = async (identity: Identity, phone: string, nth = 0) => await until(() => textsTo(identity, phone)[nth])

/** A visitor who has asked for a code at the number. */
export async function asking(identity: Identity, identifier: string) {
  const visitor = identity.visitor()
  const flow = await visitor.open('login')
  const asked = await visitor.submit('login', { method: 'code', identifier }, flow)
  const answer = (code: string, as = identifier) => visitor.submit('login', { method: 'code', identifier: as, code }, flow)
  return { visitor, flow, asked, answer }
}

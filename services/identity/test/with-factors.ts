/** People with second factors, and how they show them. */
import { totpCode } from '@app/testing/totp'
import { expect } from 'vitest'
import { z } from 'zod'
import type { Identity } from './identity-fixture.ts'
import { aPerson, type Heard, type Visitor } from './visitor.ts'

const Attributes = z.object({
  name: z.string().optional(),
  id: z.string().optional(),
  value: z.unknown().optional(),
  text: z.unknown().optional(),
})
const Flow = z.object({ id: z.string(), ui: z.object({ nodes: z.array(z.object({ attributes: Attributes })) }) })
const Text = z.object({
  text: z.string(),
  context: z
    .object({ secrets: z.array(z.object({ text: z.string() })) })
    .optional()
    .catch(undefined),
})

export async function openFlow(visitor: Visitor, path: string) {
  const { id, ui } = Flow.parse((await visitor.kratos(path)).json)
  const attributes = ui.nodes.map((node) => node.attributes)
  const csrf = String(attributes.find(({ name }) => name === 'csrf_token')?.value)
  const textOf = (nodeId: string) => Text.safeParse(attributes.find((found) => found.id === nodeId)?.text).data
  return { id, csrf, textOf }
}

/** Proves the second factor too. @returns the app's secret */
export async function setUpTotp(visitor: Visitor): Promise<string> {
  const flow = await openFlow(visitor, '/self-service/settings/browser')
  const secret = flow.textOf('totp_secret_key')?.text ?? ''
  // A code of the step before: the one of now is still unused.
  const set = await visitor.submit('settings', { method: 'totp', totp_code: totpCode(secret, -1) }, flow)
  expect(set.status).toBe(200)
  return secret
}

/** Somebody with an authenticator app, signed in with both factors. */
export async function someoneWithTotp(identity: Pick<Identity, 'visitor'>) {
  const person = aPerson()
  const visitor = identity.visitor()
  await visitor.register(person)
  const secret = await setUpTotp(visitor)
  const { userId } = await visitor.whoami()
  return { person, visitor, secret, userId: userId ?? '' }
}

/** The password alone. */
export async function halfwayIn(identity: Pick<Identity, 'visitor'>, email: string): Promise<Visitor> {
  const visitor = identity.visitor()
  await visitor.signIn(email)
  return visitor
}

export const second = async (visitor: Visitor, values: Record<string, unknown>): Promise<Heard> =>
  await visitor.submit('login', values, await openFlow(visitor, '/self-service/login/browser?aal=aal2'))

export async function recoveryCodes(visitor: Visitor): Promise<string[]> {
  const flow = await openFlow(visitor, '/self-service/settings/browser')
  await visitor.submit('settings', { method: 'lookup_secret', lookup_secret_regenerate: true }, flow)
  const shown = await openFlow(visitor, `/self-service/settings/flows?id=${flow.id}`)
  const codes = shown.textOf('lookup_secret_codes')?.context?.secrets.map(({ text }) => text) ?? []
  expect(codes).toHaveLength(12)
  expect((await visitor.submit('settings', { method: 'lookup_secret', lookup_secret_confirm: true }, flow)).status).toBe(200)
  return codes
}

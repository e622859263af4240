/** Who may register with an account elsewhere: the person of whom the provider tells, at an address that it has confirmed. */
import type { HookBody } from '@app/contracts/internal-hooks'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { readEmail } from '../email.ts'
import { change, refuse } from '../hook-answers.ts'
import { expectChange } from '../pending.ts'
import { readPersonName } from '../person-name.ts'

/** What the mappers say beside the traits (`ory/kratos/mappers/person.libsonnet`); it is never stored. */
const Provided = z.strictObject({
  hasEmail: z.boolean(),
  emailVerified: z.boolean(),
  traits: z.strictObject({ email: z.string(), name: z.string(), locale: z.string() }),
})

/**
 * An address that nobody has confirmed is refused: whoever can write another's address into an account elsewhere would be in their
 * account here once they recover it by mail, because the link stays.
 */
export async function decideProviderRegistration({ app }: Deps, { traits, metadataPublic }: HookBody) {
  const { provided: said, ...metadata } = metadataPublic ?? {}
  const provided = Provided.safeParse(said)
  if (!provided.success || !areSame(provided.data.traits, traits)) return refuse(['traitsNotFromProvider'])
  if (!provided.data.hasEmail) return refuse(['providerWithoutEmail'])
  if (!provided.data.emailVerified) return refuse(['providerEmailNotVerified'])
  const reading = readEmail(provided.data.traits.email)
  if ('fault' in reading) return refuse([reading.fault === 'look-alike' ? 'emailLookAlike' : 'emailNotNormalised'])
  await expectChange(app.db, 'identifier', reading.email)
  return change({ traits: { ...traits, name: nameOf(provided.data.traits, reading.email) }, metadata_public: metadata })
}

/** Nobody could correct a name that came from elsewhere: in place of one that we do not take, the part of the address before the @. */
function nameOf({ name }: { name: string }, email: string): string {
  return readPersonName(name) ?? email.slice(0, email.indexOf('@'))
}

function areSame(provided: Readonly<Record<string, string>>, traits: HookBody['traits']): boolean {
  const names = new Set([...Object.keys(provided), ...Object.keys(traits)])
  return [...names].every((name) => provided[name] === traits[name])
}

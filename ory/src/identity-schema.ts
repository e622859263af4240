/** Schemas of identities, as Kratos is given them. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const Traits = z.looseObject({ phone: z.looseObject({}) })
const Person = z.looseObject({ properties: z.looseObject({ traits: z.looseObject({ properties: Traits }) }) })

/** Where nobody can be sent text messages a number is no way in, and the sign-in screen does not speak of it. */
export function identitySchema(id: 'person' | 'guest', { phoneSignIn }: { readonly phoneSignIn: boolean }): string {
  const text = readFileSync(new URL(`../kratos/${id}.schema.json`, import.meta.url), 'utf8')
  if (id === 'guest' || phoneSignIn) return text
  const schema = Person.parse(JSON.parse(text))
  delete schema.properties.traits.properties.phone['ory.sh/kratos']
  return `${JSON.stringify(schema, null, 2)}\n`
}

/** Claims in, identity out: every mapper, run by the program that Kratos itself starts for them. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { mapperSource } from '../src/mappers.ts'
import { providerKinds } from '../src/provider-input.ts'
import { binaries } from './private-server.ts'

const folder = new URL('../kratos/mappers/cases/', import.meta.url)

const MapperCases = z.strictObject({
  mapper: z.enum(providerKinds),
  cases: z
    .array(
      z.strictObject({
        title: z.string(),
        trustsEmail: z.boolean().default(false),
        claims: z.record(z.string(), z.unknown()),
        /** Null where there is no address to register with, which identity's hook then refuses. */
        person: z.strictObject({ email: z.string(), name: z.string(), locale: z.string() }).nullable(),
        verified: z.boolean().default(false),
      }),
    )
    .min(1),
})

const files = readdirSync(folder).map((name) => MapperCases.parse(parse(readFileSync(new URL(name, folder), 'utf8'))))
let kratos = ''
beforeAll(async () => {
  kratos = (await binaries()).kratos
})

/** `kratos jsonnet` reads one document with the snippet and what it may see, as Kratos writes it to its child. */
async function run(snippet: string, claims: Record<string, unknown>): Promise<unknown> {
  const child = promisify(execFile)(kratos, ['jsonnet'])
  child.child.stdin?.end(
    JSON.stringify({ Filename: 'mapper', Snippet: snippet, ExtCodes: [{ Key: 'claims', Value: JSON.stringify(claims) }] }),
  )
  return JSON.parse((await child).stdout)
}

it('has cases for every kind of provider', () => {
  expect(files.map(({ mapper }) => mapper).sort()).toEqual([...providerKinds].sort())
})

describe.each(files)('$mapper', ({ mapper, cases }) => {
  it.each(cases)('$title', async ({ claims, trustsEmail, person, verified }) => {
    const made = await run(mapperSource({ kind: mapper, trustsEmail }), claims)
    const traits = person ?? {
      email: 'nobody@provider.invalid',
      name: expect.stringMatching(/./),
      locale: expect.stringMatching(/^(en|nl)$/),
    }
    expect(made).toEqual({
      identity: {
        traits,
        verified_addresses: verified ? [{ via: 'email', value: person?.email }] : [],
        metadata_public: { provided: { hasEmail: person !== null, emailVerified: verified, traits } },
      },
    })
  })
})

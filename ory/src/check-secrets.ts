import type { OryInput } from './input.ts'

/** From documentation, samples and habit; compared without case and punctuation. */
const examples = [
  'PLEASE-CHANGE-ME-I-AM-VERY-INSECURE',
  'PLEASE-CHANGE-ME',
  '32-LONG-SECRET-NOT-SECURE-AT-ALL',
  'CHANGE-ME-TO-A-RANDOM-SECRET',
  'youReallyNeedToChangeThis',
  'ThisIsTheCookieSecret',
  'this-is-the-default-secret',
  'insecure-default-secret',
  'this-is-a-32-byte-long-secret-key',
  'my-secret-my-secret-my-secret',
  'supersecretsupersecretsupersecret',
  '0123456789abcdef0123456789abcdef',
  'abcdefghijklmnopqrstuvwxyz123456',
  'hook-secret',
]

const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
const plainExamples = examples.map(plain)
const telltale = /changeme|insecure|notsecure|example|password|placeholder|supersecret|hooksecret|testtest/

/** Why a secret is too weak, or null. The reason never shows the secret. */
export function weakness(secret: string, { least, exact }: { least: number; exact?: number }): string | null {
  if (exact !== undefined && Buffer.byteLength(secret) !== exact)
    return `has ${Buffer.byteLength(secret)} characters and needs exactly ${exact}`
  if (secret.length < least) return `has ${secret.length} characters and needs at least ${least}`
  if (!/^[\x21-\x7e]+$/.test(secret)) return 'holds a space, a line break or a character outside ASCII'
  const bare = plain(secret)
  if (plainExamples.some((known) => known.includes(bare) || (known.length >= 12 && bare.includes(known))) || telltale.test(bare)) {
    return 'is, or holds, a known example'
  }
  if (/(.)\1{7}/.test(secret)) return 'repeats one character'
  if (repeatsItself(secret)) return 'repeats itself'
  if (entropyBits(secret) < 50) return 'is too predictable: make it random'
  return null
}

const repeatsItself = (text: string) =>
  Array.from({ length: Math.floor(text.length / 2) }, (_, index) => text.slice(0, index + 1)).some(
    (unit) => unit.repeat(Math.ceil(text.length / unit.length)).slice(0, text.length) === text,
  )

/** Shannon's measure over the characters at hand: an upper bound, good enough to tell words from dice. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let perCharacter = 0
  for (const count of counts.values()) perCharacter -= (count / text.length) * Math.log2(count / text.length)
  const steps = [...text].slice(1).map((character, index) => character.charCodeAt(0) - text.charCodeAt(index))
  const isSequence = steps.filter((step) => Math.abs(step) <= 1).length > steps.length * 0.75
  return isSequence ? 0 : perCharacter * text.length
}

/** Every weak, repeated or shared secret of the input. */
export function weakSecrets(input: OryInput): string[] {
  const named: [string, string, { least: number; exact?: number }][] = [
    ...input.secrets.default.map((secret, at): [string, string, { least: number }] => [`secrets.default[${at}]`, secret, { least: 20 }]),
    ...input.secrets.cookie.map((secret, at): [string, string, { least: number }] => [`secrets.cookie[${at}]`, secret, { least: 20 }]),
    ...input.secrets.cipher.map((secret, at): [string, string, { least: number; exact: number }] => [
      `secrets.cipher[${at}]`,
      secret,
      { least: 32, exact: 32 },
    ]),
    ...(input.onlyV26?.paginationSecrets ?? []).map((secret, at): [string, string, { least: number }] => [
      `onlyV26.paginationSecrets[${at}]`,
      secret,
      { least: 20 },
    ]),
    ['hooks.secret', input.hooks.secret, { least: 20 }],
    ['courier.secret', input.courier.secret, { least: 20 }],
  ]
  const reasons = named.flatMap(([name, secret, bounds]) => {
    const reason = weakness(secret, bounds)
    return reason === null ? [] : [`${name} ${reason}`]
  })
  const owners = new Map<string, string>()
  for (const [name, secret] of named) {
    const owner = owners.get(secret)
    if (owner !== undefined) reasons.push(`${name} equals ${owner}: one secret, one use`)
    owners.set(secret, name)
  }
  return reasons
}

import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PlainError } from './plain-error.ts'
import { privateFolder, readIfThere, writeAtomically } from './state/files.ts'

/** 256 bits in characters that no URL, YAML or SQL string treats specially; never four alike in a row, which looks typed. */
const randomSecret = (bytes = 32): string => {
  const text = randomBytes(bytes).toString('base64url')
  return /(.)\1{3}|^-/.test(text) ? randomSecret(bytes) : text
}

/** Kratos' cipher takes a key of exactly 32 characters, which hold 24 random bytes. */
const cipherKeyBytes = 24

/** These are checked by the other side against one value only, so an old line would never be used. */
const isSingleValue = (name: string) => name !== 'kratos-cookie' && /-(database|broker|cookie|superuser)(-|$)/.test(name)

export const secretPath = (folder: string, name: string) => join(folder, name)

/** All accepted values, current one first; an empty list when the secret does not exist. */
export function secretValues(folder: string, name: string): string[] {
  const text = readIfThere(secretPath(folder, name)) ?? ''
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** @throws {PlainError} the secret is missing. */
export function currentSecret(folder: string, name: string): string {
  const [value] = secretValues(folder, name)
  if (value === undefined) throw new PlainError(`The secret ${name} is missing in ${folder}: \`npm start\` makes a new one.`)
  return value
}

/** Makes what is missing and tightens what is there. @returns the names that were made. */
export function ensureSecrets(folder: string, names: readonly string[]): string[] {
  privateFolder(folder)
  const missing = names.filter((name) => secretValues(folder, name).length === 0)
  for (const name of missing) write(folder, name, [newValue(name)])
  return missing
}

/**
 * Puts a new value first. The old ones stay accepted until `retireSecret`, unless nobody can check against two values.
 *
 * @throws {PlainError} there is no such secret.
 */
export function rotateSecret(folder: string, name: string): void {
  const old = existing(folder, name)
  write(folder, name, [newValue(name), ...(isSingleValue(name) ? [] : old)])
}

/** Forgets all values but the current one. @returns how many were forgotten. */
export function retireSecret(folder: string, name: string): number {
  const [current, ...old] = existing(folder, name)
  if (current !== undefined && old.length > 0) write(folder, name, [current])
  return old.length
}

export type SecretView = { name: string; values: number; fingerprint: string }

/** What may be shown of the secrets: how many values are accepted, and a fingerprint that tells two values apart. */
export function listSecrets(folder: string): SecretView[] {
  privateFolder(folder)
  const names = readdirSync(folder).filter((name) => /^[a-z0-9-]+$/.test(name))
  return names.sort().flatMap((name) => {
    const values = secretValues(folder, name)
    const [current] = values
    return current === undefined ? [] : [{ name, values: values.length, fingerprint: fingerprint(current) }]
  })
}

/** Eight characters of a hash; a 256-bit secret cannot be guessed from them. */
export const fingerprint = (value: string) => createHash('sha256').update(value).digest('hex').slice(0, 8)

const newValue = (name: string) => randomSecret(name === 'kratos-cipher' ? cipherKeyBytes : undefined)

function existing(folder: string, name: string): string[] {
  const values = secretValues(folder, name)
  if (values.length === 0) throw new PlainError(`There is no secret named ${name}: \`npm run secrets -- list\` shows all.`)
  return values
}

const write = (folder: string, name: string, values: readonly string[]) =>
  writeAtomically(secretPath(folder, name), `${values.join('\n')}\n`)

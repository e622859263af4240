/** The operator's list of providers: a file of JSON or YAML, whose secrets are in files of their own beside it. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ProviderInput, type ProviderSource } from '@app/ory-config/provider-input'
import { parse } from 'yaml'
import { z } from 'zod'
import { PlainError } from './plain-error.ts'

const secretFile = z.string().min(1)
const { clientSecret: _, apple: __, mapper: ___, ...shared } = ProviderInput.shape

/** As `ProviderInput`, with a file in place of each secret and of the mapper. Paths are relative to the list. */
const Listed = z.strictObject({
  ...shared,
  clientSecretFile: secretFile.optional(),
  apple: z.strictObject({ teamId: z.string(), keyId: z.string(), privateKeyFile: secretFile }).optional(),
  mapperFile: z.string().min(1).optional(),
})
const ProviderList = z.strictObject({ providers: z.array(Listed).max(20) })

/**
 * @throws {PlainError} naming the file and each field that does not fit; never a secret.
 */
export function readProviders(path: string): ProviderSource[] {
  const list = ProviderList.safeParse(parsed(path))
  if (!list.success) throw wrong(path, list.error)
  return list.data.providers.map((listed, at) => {
    const checked = ProviderInput.safeParse(withFiles(listed, path, at))
    if (!checked.success) throw wrong(path, checked.error, `providers.${at}.`)
    return checked.data
  })
}

/** The list where nobody names another: `providers.yml` of the folder; without that file, nobody. @throws {PlainError} */
export function providersIn(folder: string): ProviderSource[] {
  const path = join(folder, 'providers.yml')
  return existsSync(path) ? readProviders(path) : []
}

function parsed(path: string): unknown {
  const text = textOf(path, () => `The list of providers ${path} cannot be read`)
  try {
    return parse(text)
  } catch (error) {
    throw new PlainError(`${path} is neither JSON nor YAML${error instanceof Error ? `: ${error.message.split('\n', 1)[0]}` : ''}`)
  }
}

function withFiles({ clientSecretFile, apple, mapperFile, ...rest }: z.output<typeof Listed>, path: string, at: number): unknown {
  const file = (name: string, field: string) =>
    textOf(resolve(dirname(path), name), () => `${path}: providers.${at}.${field} names ${name}, which cannot be read`)
  return {
    ...rest,
    ...(clientSecretFile === undefined ? {} : { clientSecret: file(clientSecretFile, 'clientSecretFile').trim() }),
    ...(apple === undefined
      ? {}
      : { apple: { teamId: apple.teamId, keyId: apple.keyId, privateKey: file(apple.privateKeyFile, 'apple.privateKeyFile').trim() } }),
    ...(mapperFile === undefined ? {} : { mapper: file(mapperFile, 'mapperFile') }),
  }
}

function textOf(path: string, sentence: () => string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new PlainError(`${sentence()} (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'}).`)
  }
}

/** The fields as they stand in the list. */
const listedAs: Readonly<Record<string, string>> = { clientSecret: 'clientSecretFile' }

function wrong(path: string, { issues }: z.ZodError, prefix = ''): PlainError {
  const lines = issues.map((issue) => {
    const field = issue.path.map((part) => listedAs[String(part)] ?? String(part)).join('.')
    return `${path}: ${prefix}${field === '' ? 'the list' : field}: ${issue.message}`
  })
  return new PlainError(lines.join('\n'))
}

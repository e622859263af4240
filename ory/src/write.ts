/** The files that Kratos and Keto are started with. */
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkInput } from './check-input.ts'
import { identitySchema } from './identity-schema.ts'
import type { OryInputSource } from './input.ts'
import { ketoConfig } from './keto-config.ts'
import { kratosConfig } from './kratos-config.ts'

const kratosFiles = ['hook.jsonnet', 'login-hook.jsonnet', 'courier.jsonnet']

export interface OryFiles {
  kratosConfig: string
  ketoConfig: string
  namespaces: string
}

/**
 * Writes both configurations and everything they name into a folder. Each file is replaced as a whole, so that a server which
 * watches it never reads half of one. Nothing is written when the input is refused.
 *
 * @throws {OryConfigError} naming every reason.
 */
export async function writeOryFiles(input: OryInputSource, directory: string): Promise<OryFiles> {
  const target = resolve(directory)
  const kratos = kratosConfig(input, target)
  const keto = ketoConfig(input, target)
  await mkdir(target, { recursive: true, mode: 0o700 })
  for (const id of ['person', 'guest'] as const)
    await replaceFile(join(target, `${id}.schema.json`), identitySchema(id, checkInput(input)), 0o644)
  for (const name of kratosFiles) await replaceFile(join(target, name), await readSource(`kratos/${name}`), 0o644)
  const paths = {
    kratosConfig: join(target, 'kratos.yml'),
    ketoConfig: join(target, 'keto.yml'),
    namespaces: join(target, 'namespaces.ts'),
  }
  await replaceFile(paths.namespaces, await readSource('keto/namespaces.ts'), 0o644)
  await replaceFile(paths.kratosConfig, kratos, 0o600)
  await replaceFile(paths.ketoConfig, keto, 0o600)
  return paths
}

const readSource = (name: string) => readFile(fileURLToPath(new URL(`../${name}`, import.meta.url)))

/** Unchanged content is left alone: Kratos and Keto reload on every change of a file. */
async function replaceFile(path: string, content: string | Buffer, mode: number): Promise<void> {
  const current = await readFile(path).catch(() => null)
  if (current?.equals(Buffer.from(content))) return chmod(path, mode)
  const temporary = `${path}.${process.pid}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

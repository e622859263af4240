import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Binary } from './build-error.ts'

interface Recipe {
  release: string
  folder: string
  /** Every file that goes into the binary, relative to the folder. */
  files: string[]
  versionSymbol: string
  /** Keto needs a vendor folder: files in the module cache may not be overlaid. */
  overlay: string | null
}

const folderOf = (binary: Binary) => fileURLToPath(new URL(`../${binary}/`, import.meta.url))

export const recipes: Record<Binary, Recipe> = {
  kratos: {
    release: 'v1.3.1',
    folder: folderOf('kratos'),
    files: ['main.go', 'go.mod', 'go.sum'],
    versionSymbol: 'github.com/ory/kratos/driver/config.Version',
    overlay: null,
  },
  keto: {
    release: 'v0.14.0',
    folder: folderOf('keto'),
    files: ['main.go', 'go.mod', 'go.sum', 'overlay.json', '_overlay/batch_check.go'],
    versionSymbol: 'github.com/ory/keto/internal/driver/config.Version',
    overlay: 'overlay.json',
  },
}

/** Raised when the build commands change in a way that changes the binary. */
const recipeVersion = 1

/** 16 hexadecimal digits over everything that goes into the binary, except the Go line. */
export async function inputsHash(binary: Binary): Promise<string> {
  const { release, folder, files, versionSymbol } = recipes[binary]
  const hash = createHash('sha256').update(JSON.stringify([recipeVersion, release, versionSymbol, platform(), arch()]))
  for (const file of files) {
    const content = await readFile(join(folder, file), 'utf8')
    hash.update(`\0${file}\0`).update(content.replaceAll('\r\n', '\n'))
  }
  return hash.digest('hex').slice(0, 16)
}

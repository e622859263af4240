import { createHash, type Hash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

const skipped = new Set(['node_modules', 'dist', 'test', '.nx'])
const isSkipped = (name: string) => skipped.has(name) || name.startsWith('dist.') || /\.test\.tsx?$/.test(name)

/** A hash of the content of files and folders (tests and outputs left out); a path that does not exist counts as empty. */
export function inputHash(root: string, paths: readonly string[], extra: readonly string[] = []): string {
  const hash = createHash('sha256')
  for (const text of extra) hash.update(`${text}\0`)
  for (const path of paths) addPath(hash, root, join(root, path))
  return hash.digest('hex')
}

function addPath(hash: Hash, root: string, path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (found.isDirectory()) {
    for (const name of readdirSync(path).sort()) if (!isSkipped(name)) addPath(hash, root, join(path, name))
    return
  }
  hash.update(`${relative(root, path)}\0`)
  hash.update(readFileSync(path))
}

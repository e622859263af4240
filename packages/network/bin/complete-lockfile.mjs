// Completes package-lock.json after `npm install` against a registry that does not carry every platform's binary packages:
// npm then leaves those optional packages out, and `npm ci` refuses the file everywhere. Adds them by name, exact version and
// platform, so that the lockfile serves all platforms. Changes nothing when nothing is missing.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = fileURLToPath(new URL('../../../package-lock.json', import.meta.url))
const lock = JSON.parse(readFileSync(path, 'utf8'))
const systems = ['darwin', 'linux', 'win32', 'freebsd', 'android', 'openharmony', 'netbsd', 'openbsd', 'sunos', 'aix']
const processors = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32']

/** What npm would have written down, read from names like `@biomejs/cli-linux-arm64-musl`. */
function entryOf(name, version) {
  const words = name.split(/[/-]/)
  const os = words.includes('wasi')
    ? undefined
    : (systems.find((system) => words.includes(system)) ?? (words.includes('windows') ? 'win32' : undefined))
  const cpu = processors.find((processor) => words.includes(processor)) ?? (words.includes('ppc64le') ? 'ppc64' : undefined)
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined
  return { version, ...(cpu ? { cpu: [cpu] } : {}), ...(libc ? { libc } : {}), optional: true, ...(os ? { os: [os] } : {}) }
}

const isThere = (from, name) => {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (lock.packages[`${folder}/node_modules/${name}`]) return true
    if (!folder.includes('/node_modules/')) return lock.packages[`node_modules/${name}`] !== undefined
  }
}

const added = []
for (const [folder, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isThere(folder, name) || !/^\d+\.\d+\.\d+/.test(version)) continue
    lock.packages[`node_modules/${name}`] = { ...entryOf(name, version), ...(entry.dev ? { dev: true } : {}) }
    added.push(`${name}@${version}`)
  }
}
if (added.length > 0) {
  const { '': root, ...rest } = lock.packages
  lock.packages = { '': root, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))) }
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
}
process.stdout.write(added.length === 0 ? 'package-lock.json is complete\n' : `added ${added.length} packages of other platforms\n`)

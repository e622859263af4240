/**
 * Kratos and Keto as binaries: built once per user from the pinned Go modules in `ory/kratos` and `ory/keto`, kept under a hash of
 * everything that goes into them, and shared by all clones.
 */
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type Binary, BuildError, binaryVariable, noGo, oldGo } from './build-error.ts'
import { inputsHash, recipes } from './build-inputs.ts'
import { hasCode, takeLock } from './build-lock.ts'
import { compile } from './compile.ts'
import { findGoVersion, isAtLeast } from './go-command.ts'
import { checkNamed, checkPair, runs } from './named-binary.ts'

export interface BuildOptions {
  env: Record<string, string | undefined>
  /** Default: VESTIBULE_CACHE, else `~/.cache/vestibule`. */
  cacheDir?: string | undefined
  onProgress?: ((line: string) => void) | undefined
  signal?: AbortSignal | undefined
}

const oldestGo = '1.23.2'
const buildTimeoutMs = 20 * 60_000

/**
 * The paths of both binaries; builds what is missing, both at once.
 *
 * @throws {BuildError} with one sentence that names the fix.
 */
export async function buildOry(options: BuildOptions): Promise<{ kratos: string; keto: string }> {
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const go = findGoVersion(options.env, process.cwd())
  const one = async (binary: Binary) => {
    try {
      return await findOrBuild(binary, { ...options, signal }, go)
    } catch (error) {
      stop.abort() // The other build would be of no use.
      throw error
    }
  }
  const results = await Promise.allSettled([one('kratos'), one('keto')])
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  if (failures.length > 0) throw failures.find((failure) => failure instanceof BuildError) ?? failures[0]
  const [kratos, keto] = results.map((result) => (result.status === 'fulfilled' ? result.value : ''))
  const paths = { kratos: kratos ?? '', keto: keto ?? '' }
  if (options.env['VESTIBULE_KRATOS_BIN'] || options.env['VESTIBULE_KETO_BIN']) await checkPair(paths)
  return paths
}

async function findOrBuild(binary: Binary, options: BuildOptions, goVersion: Promise<string | null>): Promise<string> {
  const named = options.env[binaryVariable(binary)]
  if (named) return checkNamed(binary, resolve(named))
  const cacheDir = resolve(options.cacheDir ?? (options.env['VESTIBULE_CACHE'] || join(homedir(), '.cache', 'vestibule')))
  const folder = join(cacheDir, 'ory')
  try {
    await mkdir(folder, { recursive: true })
    const go = await goVersion
    const hash = await inputsHash(binary)
    const found = await findBuilt(binary, folder, hash, go)
    if (found) return found
    if (go === null) throw noGo()
    if (!isAtLeast(go, oldestGo)) throw oldGo(go)
    return await buildLocked(binary, join(folder, fileName(binary, hash, go)), options)
  } catch (error) {
    throw explainCache(error, cacheDir)
  }
}

/** Another Go line builds another binary; patch releases do not. */
const fileName = (binary: Binary, hash: string, go: string) => `${binary}-${hash}-go${go.split('.').slice(0, 2).join('.')}`

/** Without Go, a binary of the same inputs that any Go has built is as good. */
async function findBuilt(binary: Binary, folder: string, hash: string, go: string | null): Promise<string | null> {
  const names =
    go === null
      ? (await readdir(folder)).filter((name) => new RegExp(`^${binary}-${hash}-go[\\d.]+$`).test(name))
      : [fileName(binary, hash, go)]
  for (const path of names.map((name) => join(folder, name))) if (await runs(path)) return path
  return null
}

async function buildLocked(binary: Binary, target: string, options: BuildOptions): Promise<string> {
  const say = (line: string) => options.onProgress?.(`${binary} ${recipes[binary].release}: ${line}`)
  const release = await takeLock(`${target}.lock`, {
    onWait: () => say('another process is building it, waiting'),
    isDone: () => runs(target),
    timeoutMs: buildTimeoutMs,
    signal: options.signal,
  })
  if (!release) return target
  try {
    if (await runs(target)) return target
    await removeLeftovers(target)
    const work = `${target}.work-${process.pid}-${Date.now()}`
    try {
      await compile(binary, {
        work,
        cacheDir: dirname(dirname(target)),
        env: options.env,
        signal: options.signal,
        say,
        timeoutMs: buildTimeoutMs,
      })
      await putInPlace(join(work, 'binary'), target)
    } finally {
      await rm(work, { recursive: true, force: true })
    }
    return target
  } finally {
    await release()
  }
}

/** Flushed before it gets its name, so that a power cut leaves the old state or a whole binary. */
async function putInPlace(from: string, to: string): Promise<void> {
  await chmod(from, 0o755)
  const file = await open(from, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(from, to)
}

/** Work folders of killed builds: of this binary, whose lock is ours, at once; of others when no build takes that long. */
async function removeLeftovers(target: string): Promise<void> {
  const folder = dirname(target)
  for (const name of (await readdir(folder)).filter((entry) => entry.includes('.work-'))) {
    const path = join(folder, name)
    const age = await stat(path).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    )
    if (path.startsWith(`${target}.work-`) || age > 3_600_000) await rm(path, { recursive: true, force: true })
  }
}

function explainCache(error: unknown, cacheDir: string): unknown {
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) {
    return new BuildError(`The disk is full: free about 3 GB, or move the cache of binaries with VESTIBULE_CACHE (now ${cacheDir}).`)
  }
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST')) {
    return new BuildError(`The cache folder ${cacheDir} cannot be written: make it writable, or name another with VESTIBULE_CACHE.`)
  }
  return error
}

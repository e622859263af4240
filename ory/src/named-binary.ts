import { access, constants, stat } from 'node:fs/promises'
import { type Binary, BuildError, binaryVariable } from './build-error.ts'
import { runCommand } from './go-command.ts'

/** Whether it is there, may be executed and answers `version`. */
export const runs = async (path: string) => (await versionOf(path)) !== null

/** What it says about its version, or null when it does not work. */
async function versionOf(path: string): Promise<string | null> {
  try {
    await access(path, constants.X_OK)
    const { code, output } = await runCommand(path, ['version'], { cwd: '/', env: {}, timeoutMs: 10_000 })
    return code === 0 && /version/i.test(output) ? output : null
  } catch {
    return null
  }
}

/**
 * One set of files is generated for both, so both are of the older releases or both of the newer.
 *
 * @throws {BuildError}
 */
export async function checkPair(paths: { kratos: string; keto: string }): Promise<void> {
  const [kratos, keto] = await Promise.all([versionOf(paths.kratos), versionOf(paths.keto)])
  const isNew = (output: string | null) => /Version:\s+v?2\d\./.test(output ?? '')
  if (isNew(kratos) === isNew(keto)) return
  const [older, newer] = isNew(kratos) ? (['keto', 'kratos'] as const) : (['kratos', 'keto'] as const)
  throw new BuildError(
    `${paths[newer]} is a newer release than ${paths[older]}, and both must be of one: name the matching ${older} with ${binaryVariable(older)}.`,
  )
}

/** @throws {BuildError} the binary that the person named cannot be used. */
export async function checkNamed(binary: Binary, path: string): Promise<string> {
  const variable = binaryVariable(binary)
  const found = await stat(path).catch(() => null)
  if (!found)
    throw new BuildError(`${variable} names ${path}, which does not exist: name a ${binary} binary, or unset it to have one built.`)
  if (!found.isFile()) throw new BuildError(`${variable} names ${path}, which is not a file: name the ${binary} binary itself.`)
  const isExecutable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!isExecutable) throw new BuildError(`${variable} names ${path}, which may not be executed: run "chmod +x" on it.`)
  if (!(await runs(path))) {
    throw new BuildError(
      `${variable} names ${path}, but "${path} version" does not work: name a ${binary} binary for this machine, or unset it.`,
    )
  }
  return path
}

import { access, constants, stat } from 'node:fs/promises'
import { type Binary, BuildError, binaryVariable } from './build-error.ts'
import { runCommand } from './go-command.ts'

/** Whether it is there, may be executed and answers `version`. */
export async function runs(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    const { code, output } = await runCommand(path, ['version'], { cwd: '/', env: {}, timeoutMs: 10_000 })
    return code === 0 && /version/i.test(output)
  } catch {
    return false
  }
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

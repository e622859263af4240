/** Writing the configuration, and the command lines to check and run it. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProxyInput } from './input.ts'
import { nginxConfig } from './nginx-config.ts'

/** Paths for {@link ProxyInput} that all lie in one folder. */
export const proxyPaths = (directory: string): ProxyInput['paths'] => ({
  pid: join(directory, 'nginx.pid'),
  temp: join(directory, 'temp'),
  accessLog: join(directory, 'access.log'),
  errorLog: 'stderr',
})

export type ProxyFiles = {
  configFile: string
  /** Arguments of `nginx` that run it in the foreground: it ends on SIGTERM at once, on SIGQUIT when requests are finished. */
  runArguments: readonly string[]
  /** Arguments of `nginx` that only check the file; exit code 0 when it is fine. */
  testArguments: readonly string[]
}

/**
 * Writes `nginx.conf` into the directory in one step (a temporary file, then a rename), so that a reader never sees half
 * of it. Makes the directory and, when it lies in there, the folder for temporary files.
 *
 * @throws {z.ZodError} the input is not acceptable; nothing is written then.
 */
export function writeProxyFiles(input: ProxyInput, directory: string): ProxyFiles {
  const text = nginxConfig(input)
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  if (input.paths.temp.startsWith(`${directory}/`)) mkdirSync(input.paths.temp, { recursive: true, mode: 0o755 })
  const configFile = join(directory, 'nginx.conf')
  const temporary = `${configFile}.${process.pid}.new`
  try {
    writeFileSync(temporary, text, { mode: 0o644, flush: true })
    renameSync(temporary, configFile)
  } finally {
    rmSync(temporary, { force: true })
  }
  // -e: without it nginx opens the log file that was compiled in, before it reads the configuration.
  const common = ['-p', directory, '-c', configFile, '-e', 'stderr']
  return { configFile, runArguments: [...common, '-g', 'daemon off;'], testArguments: [...common, '-t', '-q'] }
}

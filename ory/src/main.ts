/** `node src/main.ts`: builds Kratos and Keto, or finds them in the cache, and prints where they are. */
import { buildOry } from './build.ts'
import { BuildError } from './build-error.ts'

try {
  const paths = await buildOry({ env: process.env, onProgress: (line) => process.stderr.write(`${line}\n`) })
  process.stdout.write(`${paths.kratos}\n${paths.keto}\n`)
} catch (error) {
  if (!(error instanceof BuildError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

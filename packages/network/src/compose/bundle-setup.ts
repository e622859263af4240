import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '../../../..')

/** Bundles of CommonJS packages call `require`, which a module does not have. */
const requireBanner = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

/** Bundles what the set-up containers run, with the files that it hands out beside it: `<folder>/dist/main.js`. */
export async function bundleSetup(folder: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'setup/main.ts')],
    outfile: join(folder, 'dist/main.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    logLevel: 'warning',
    banner: { js: requireBanner },
  })
  // The generator of Ory's configuration looks for its files next to the folder it runs from.
  for (const name of [
    'kratos/person.schema.json',
    'kratos/guest.schema.json',
    'kratos/hook.jsonnet',
    'kratos/login-hook.jsonnet',
    'kratos/courier.jsonnet',
    'kratos/mappers',
    'keto/namespaces.ts',
  ]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    cpSync(join(root, 'ory', name), join(folder, name), { recursive: true })
  }
}

if (import.meta.main) await bundleSetup(join(root, 'packages/network/dist/setup'))

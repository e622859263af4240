import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Bundles what the set-up containers run into `packages/network/dist/setup`, with the files that it hands out. */
const root = join(import.meta.dirname, '../../../..')
const out = join(root, 'packages/network/dist/setup')
await build({
  entryPoints: [join(import.meta.dirname, 'setup/main.ts')],
  outfile: join(out, 'dist/main.js'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  logLevel: 'warning',
})
// The generator of Ory's configuration looks for its files next to the folder it runs from.
for (const name of ['kratos/person.schema.json', 'kratos/hook.jsonnet', 'kratos/courier.jsonnet', 'keto/namespaces.ts']) {
  mkdirSync(join(out, name, '..'), { recursive: true })
  cpSync(join(root, 'ory', name), join(out, name))
}

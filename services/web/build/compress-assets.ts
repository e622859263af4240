import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const worthIt = /\.(js|css|html|svg|json|txt|webmanifest)$/

/** Writes `x.gz` beside each text file of the build, so that nginx compresses nothing at run time. */
export function compressAssets(): Plugin {
  let outDir = 'dist'
  return {
    name: 'compress-assets',
    apply: 'build',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir)
    },
    // Not closeBundle: that runs after a failed build too, and its complaint about the missing folder would hide the reason.
    async writeBundle() {
      const files = await readdir(outDir, { recursive: true })
      await Promise.all(files.filter((file) => worthIt.test(file)).map((file) => compress(join(outDir, file))))
    },
  }
}

async function compress(path: string) {
  await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }))
}

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere } from '../state/files.ts'
import { inputHash } from './input-hash.ts'

export type Target = { name: string; kind: 'service' | 'web'; marker: string; isStale: boolean }

/** Everything that goes into every bundle: packages, pinned dependencies, and how bundles are made. */
function sharedInputs(root: string): string[] {
  const packages = readdirSync(join(root, 'packages')).filter((name) => !['network', 'testing', 'e2e'].includes(name))
  return [
    ...packages.flatMap((name) => [`packages/${name}/src`, `packages/${name}/migrations`, `packages/${name}/package.json`]),
    'package-lock.json',
  ]
}

/** Which of the wished services, and the web app, differ from what was last built. */
export function findTargets(root: string, services: readonly string[], withWeb: boolean): Target[] {
  const shared = inputHash(root, [...sharedInputs(root), 'packages/network/src/build/build-service.ts'])
  const ofServices = services.map((name): Target => {
    const marker = inputHash(
      root,
      ['src', 'migrations', 'package.json'].map((path) => `services/${name}/${path}`),
      [shared],
    )
    return { name, kind: 'service', marker, isStale: isStale(join(root, 'services', name, 'dist'), 'main.js', marker) }
  })
  if (!withWeb || !existsSync(join(root, 'services/web/index.html'))) return ofServices
  const marker = inputHash(root, ['services/web', 'packages/contracts/src', 'package-lock.json', 'packages/network/src/build/build-web.ts'])
  return [...ofServices, { name: 'web', kind: 'web', marker, isStale: isStale(join(root, 'services/web/dist'), 'index.html', marker) }]
}

const isStale = (dist: string, main: string, marker: string) =>
  readIfThere(join(dist, '.built')) !== marker || !existsSync(join(dist, main))

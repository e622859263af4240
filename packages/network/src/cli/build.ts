import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildService } from '../build/build-service.ts'
import { buildWeb } from '../build/build-web.ts'
import { findTargets, type Target } from '../build/stale.ts'
import { manifest, serviceParts } from '../manifest.ts'
import { PlainError, sentenceOf } from '../plain-error.ts'
import { checkoutRoot } from '../supervisor/guardian.ts'
import { parseArguments } from './arguments.ts'

const usage = 'usage: npm run build [-- --force] [PART …]\nBundles the services and builds the web app where something changed.'

/** `npm run build`: what differs from the last build, or with `--force` everything. */
export async function buildCommand(args: readonly string[]): Promise<number> {
  const { positionals, switches } = parseArguments(args, { usage, switches: ['--force', '--quiet'], positionals: [0, 50] })
  const root = checkoutRoot()
  const services = serviceParts(manifest).map((part) => part.name as string)
  const all = [...services, 'web']
  const unknown = positionals.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new PlainError(`There is no ${unknown.join(', ')} to build; there are ${all.join(', ')}.`, { exitCode: 2 })
  const wished =
    positionals.length === 0 ? all.filter((name) => name === 'web' || existsSync(join(root, 'services', name, 'src/main.ts'))) : positionals
  const targets = findTargets(
    root,
    wished.filter((name) => name !== 'web'),
    wished.includes('web'),
  )
  const chosen = targets.filter((target) => target.isStale || switches.has('--force'))
  const results = await Promise.all(chosen.map((target) => buildOne(root, target, switches.has('--quiet'))))
  if (!switches.has('--quiet') && chosen.length === 0) process.stdout.write('Everything is up to date.\n')
  return results.every((isBuilt) => isBuilt) ? 0 : 1
}

async function buildOne(root: string, { name, kind, marker }: Target, isQuiet: boolean): Promise<boolean> {
  const startedAt = performance.now()
  try {
    await (kind === 'web' ? buildWeb(root, marker) : buildService(root, name, marker))
    if (!isQuiet) process.stdout.write(`${name} built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`)
    return true
  } catch (error) {
    process.send?.({ name, reason: sentenceOf(error) })
    process.stderr.write(`${name}: ${sentenceOf(error)}\n`)
    return false
  }
}

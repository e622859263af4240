import { join } from 'node:path'
import { manifest } from '../manifest.ts'
import { readSettings, type Settings } from '../settings.ts'
import { type StatePaths, statePaths } from '../state/paths.ts'
import { checkoutRoot } from '../supervisor/guardian.ts'

export type CommandEnvironment = {
  root: string
  state: StatePaths
  /** Read when first asked for: who stops a network or looks at it needs no local.env, and none that is in order. */
  readonly settings: Settings
  /** The person's own PATH, to find programs. */
  path: string
}

/** Where a command works, from its flags, the environment and local.env. */
export function commandEnvironment(flags: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = process.env): CommandEnvironment {
  const root = checkoutRoot()
  const folder = flags['VESTIBULE_STATE'] || env['VESTIBULE_STATE'] || join(root, '.vestibule')
  const state = statePaths(folder)
  return {
    root,
    state,
    path: env['PATH'] ?? '',
    get settings() {
      return readSettings(manifest, flags, env, state.localEnv)
    },
  }
}

import type { Builds } from '../build/builds.ts'
import type { Part, PartName } from '../manifest/types.ts'
import type { Ports } from '../ports.ts'
import type { Settings } from '../settings.ts'
import type { StatePaths } from '../state/paths.ts'
import type { OneShots } from './one-shot-types.ts'
import type { Probe } from './probe.ts'

/** Everything a part's driver may know about the network it runs in. */
export type NetworkContext = {
  /** The checkout. */
  root: string
  state: StatePaths
  settings: Settings
  ports: Ports
  parts: readonly Part[]
  publicUrl: string
  /** A throw-away network for tests: nothing is synced to disk, and a broker user `tests` may do anything. */
  isTest: boolean
  /** Paths of programs, found once before the start. */
  programs: Readonly<Record<string, string>>
  oneShots: OneShots
  builds: Builds
  /** Says what is going on at the terminal. */
  say: (line: string) => void
}

/** How to start a part's process now. */
export type Launch = {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  cwd: string
  stopSignal: NodeJS.Signals
  /** After this long the part is killed. */
  stopTimeoutMs: number
  probe: Probe
}

/** What the supervisor must know to run one kind of part. */
export type Driver = {
  /** Before the first process of this run: files, migrations. Must be repeatable. */
  prepare?: () => Promise<void>
  launch: () => Launch
  /** Each time the part has become ready for the first time in this run. */
  afterReady?: () => Promise<void>
}

export type PartState = 'waiting' | 'starting' | 'ready' | 'unhealthy' | 'restarting' | 'stopping' | 'stopped' | 'failed'

export type PartStatus = {
  name: PartName
  state: PartState
  /** Why the part is not ready, or what happened to it last; null when all is well. */
  reason: string | null
  restarts: number
  pid: number | null
}

export type OneShot = {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  cwd: string
  /** Text for the program's standard input. */
  input?: string
  timeoutMs?: number
}

export type OneShotResult = { exitCode: number | null; output: string }

export type OneShots = {
  /** Runs a program to its end; both outputs together, the last 64 KiB of them. */
  run: (shot: OneShot) => Promise<OneShotResult>
  /** Ends whatever still runs: a stop does not wait for a migration, which can be resumed. */
  killAll: () => void
  pids: () => number[]
}

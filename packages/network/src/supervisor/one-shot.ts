import { spawn } from 'node:child_process'
import type { OneShot, OneShotResult, OneShots } from './one-shot-types.ts'
import { processTree, readProcess } from './proc.ts'
import { signalProcess } from './spawn-part.ts'

const outputLimit = 65_536

/** Programs that run once during a start (initdb, migrations), each in a session of its own like the parts. */
export function createOneShots(): OneShots {
  const running = new Set<number>()
  const kill = (pid: number) => {
    for (const process of processTree(pid)) signalProcess(process.pid, 'SIGKILL')
  }

  function run({ command, args, env, cwd, input, timeoutMs = 120_000 }: OneShot): Promise<OneShotResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
      const { pid } = child
      let output = ''
      const collect = (chunk: Buffer) => {
        output = (output + chunk.toString('utf8')).slice(-outputLimit)
      }
      child.stdout.on('data', collect)
      child.stderr.on('data', collect)
      child.stdin.on('error', () => {}) // the program may end without reading; its exit code tells
      child.stdin.end(input ?? '')
      const timer = setTimeout(() => {
        output += `\nstopped: it took longer than ${timeoutMs / 1000} s`
        if (pid !== undefined) kill(pid)
      }, timeoutMs)
      if (pid !== undefined) running.add(pid)
      const done = () => {
        clearTimeout(timer)
        if (pid !== undefined) running.delete(pid)
      }
      child.once('error', (error) => {
        done()
        reject(error)
      })
      child.once('close', (exitCode) => {
        done()
        resolve({ exitCode, output })
      })
    })
  }

  return {
    run,
    killAll: () => {
      for (const pid of running) kill(pid)
    },
    pids: () => [...running].filter((pid) => readProcess(pid) !== null),
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { isAlive, portHolder, processTree, pssKib, readProcess } from './proc.ts'

it('finds who listens on a port', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  expect(portHolder(port)).toMatchObject({ pid: process.pid, command: expect.stringContaining('node') })
  server.close()
  await once(server, 'close')
  expect(portHolder(port)).toBeNull()
})

it('sees the whole tree of a process, with sessions of their own, and tells a reused pid apart', async () => {
  const child = spawn('/bin/sh', ['-c', 'setsid sleep 30 & echo started; wait'], { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  const commands = () => processTree(pid).map((process) => process.command)
  // The forked shell becomes `setsid` and then `sleep` in its own time.
  await expect.poll(commands, { timeout: 5_000 }).toEqual(expect.arrayContaining(['sh', 'sleep']))
  const tree = processTree(pid)
  expect(tree.every((process) => pssKib(process.pid) > 0)).toBe(true)
  const startTime = readProcess(pid)?.startTime
  expect([isAlive(pid, startTime), isAlive(pid, '1')]).toEqual([true, false])
  for (const process of tree) globalThis.process.kill(process.pid, 'SIGKILL')
  await once(child, 'exit')
  expect(isAlive(pid, startTime)).toBe(false)
})

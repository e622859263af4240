import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { sentenceOf } from '../plain-error.ts'
import { changeSecrets } from './change-secrets.ts'
import { type ControlAnswer, ControlRequest } from './control-protocol.ts'
import type { Network } from './network.ts'
import { statusView } from './status-view.ts'
import type { NetworkContext } from './types.ts'

export type ControlOptions = { context: NetworkContext; network: Network; stop: () => Promise<void> }

const longestRequestBytes = 65_536

/** Answers `npm run status`, `stop` and the rest over a unix socket that only the owner may open. */
export async function startControl(options: ControlOptions): Promise<{ close: () => Promise<void> }> {
  const path = options.context.state.controlSocket
  const startedAt = new Date().toISOString()
  rmSync(path, { force: true })
  const sockets = new Set<Socket>()
  const answering = new Set<Promise<void>>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {}) // the command was interrupted; nothing is owed to it
    serve(socket, (line) => {
      const done = answer(options, startedAt, line).then((reply) => void socket.end(`${JSON.stringify(reply)}\n`))
      answering.add(done)
      void done.finally(() => answering.delete(done))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  chmodSync(path, 0o600)
  return {
    close: async () => {
      // `npm run stop` waits for the answer to its own question; others may be stuck in what was just stopped.
      await Promise.race([Promise.all(answering), new Promise((resolve) => setTimeout(resolve, 300))])
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroySoon()
      })
    },
  }
}

function serve(socket: Socket, respond: (line: string) => void): void {
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
    if (text.length > longestRequestBytes) socket.destroy()
    const end = text.indexOf('\n')
    if (end === -1) return
    const line = text.slice(0, end)
    text = ''
    respond(line)
  })
}

async function answer({ context, network, stop }: ControlOptions, startedAt: string, line: string): Promise<ControlAnswer> {
  try {
    const request = ControlRequest.parse(JSON.parse(line))
    switch (request.command) {
      case 'status':
        return { ok: true, status: statusView(context, network, startedAt) }
      case 'stop':
        await stop()
        return { ok: true }
      case 'restart': {
        const part = context.parts.find((candidate) => candidate.name === request.part)
        if (part === undefined) return { ok: false, message: `There is no part ${request.part}.` }
        await network.restartPart(part.name)
        return { ok: true }
      }
      case 'secrets':
        return { ok: true, lines: await changeSecrets(context, network, request) }
    }
  } catch (error) {
    return { ok: false, message: sentenceOf(error) }
  }
}

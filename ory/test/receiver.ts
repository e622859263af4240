import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { OryInputSource } from '../src/input.ts'
import { type PrivateKratos, startPrivateKratos } from './private-kratos.ts'

export interface Received {
  path: string
  authorization: string | undefined
  contentType: string | undefined
  /** Exactly as it came, to search for what must not be in it. */
  text: string
  body: unknown
}

export interface Receiver {
  url: string
  received: Received[]
  /** What is received at this path, oldest first. */
  at: (path: string) => Received[]
  /** Another answer for a path; without one everything is 200 `{}`. */
  answer: (path: string, status: number, body: unknown) => void
  reset: () => void
  stop: () => Promise<void>
}

/** Stands for identity's and notifications' internal ports. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const answers = new Map<string, { status: number; body: unknown }>()
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const text = await readText(request)
    const path = request.url ?? ''
    const { authorization, 'content-type': contentType } = request.headers
    received.push({ path, authorization, contentType, text, body: text === '' ? null : JSON.parse(text) })
    const { status, body } = answers.get(path) ?? { status: 200, body: {} }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const server = createServer((request, response) => void take(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    at: (path) => received.filter((one) => one.path === path),
    answer: (path, status, body) => void answers.set(path, { status, body }),
    reset: () => {
      received.length = 0
      answers.clear()
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

/** Kratos whose hooks and courier call a receiver. @param change what the test is about. */
export async function startHeardKratos(change: Partial<OryInputSource> = {}): Promise<{ kratos: PrivateKratos; receiver: Receiver }> {
  const receiver = await startReceiver()
  const kratos = await startPrivateKratos((input) => ({
    ...input,
    hooks: { ...input.hooks, url: receiver.url },
    courier: { ...input.courier, url: `${receiver.url}/internal/courier` },
    ...change,
  }))
  return { kratos, receiver }
}

/** Stands for identity (hooks) and notifications (courier) beside a private Kratos, and remembers what it was sent. */
import { createServer } from 'node:http'

export type ReceivedCall = { readonly path: string; readonly authorization: string | undefined; readonly body: unknown }
export type HookAnswer = { readonly status: number; readonly body: unknown }

export type HookReceiver = {
  readonly url: string
  /** Oldest first. */
  readonly calls: readonly ReceivedCall[]
  readonly close: () => Promise<void>
}

/** `answer` decides; by default everything is accepted: 200 `{}`. */
export async function startHookReceiver(
  answer: (call: ReceivedCall) => HookAnswer = () => ({ status: 200, body: {} }),
): Promise<HookReceiver> {
  const calls: ReceivedCall[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const call = {
        path: request.url ?? '',
        authorization: request.headers.authorization,
        body: parse(Buffer.concat(chunks).toString('utf8')),
      }
      calls.push(call)
      const { status, body } = answer(call)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Tests look at what came, whatever it is.
    return text
  }
}

/** An HTTP gateway for text messages that keeps what it gets and answers as it is told. */
import http from 'node:http'
import { z } from 'zod'

const Sent = z.object({ id: z.string(), to: z.string(), text: z.string() })
type SunkText = z.infer<typeof Sent> & { readonly authorization: string | undefined }

export async function startSmsGateway() {
  const texts: SunkText[] = []
  const state = { status: 202 }
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      texts.push({ ...Sent.parse(JSON.parse(body)), authorization: request.headers.authorization })
      response.writeHead(state.status).end(`about ${body}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/send`
  return { url, texts, state, close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) }
}

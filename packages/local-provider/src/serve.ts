import { createServer, type Server } from 'node:http'
import { interact } from './interactions.ts'
import { createPeople } from './people.ts'
import { createProvider } from './provider.ts'

export const localClientId = 'vestibule'

export interface LocalProviderOptions {
  readonly host: string
  readonly port: number
  readonly clientSecret: string
  /** The origin where Vestibule is, and the ids under which its Kratos knows this provider. */
  readonly publicUrl: string
  readonly providerIds: readonly string[]
}

/** Listens, and answers `/health` from then on. @returns the server, to be closed */
export async function serveLocalProvider({ host, port, clientSecret, publicUrl, providerIds }: LocalProviderOptions): Promise<Server> {
  const { origin } = new URL(publicUrl)
  const callback = `${origin}/self-service/methods/oidc/callback`
  const people = createPeople()
  const redirectUris = [callback, ...providerIds.map((id) => `${callback}/${id}`)]
  const provider = createProvider({ issuer: `http://${host}:${port}`, clientId: localClientId, clientSecret, redirectUris }, people)
  const oidc = provider.callback()
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === '/health') return void response.writeHead(200, { 'content-type': 'text/plain' }).end('ready')
    if (!path.startsWith('/interaction/')) return void oidc(request, response)
    interact({ provider, people, formOrigin: origin }, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return server
}

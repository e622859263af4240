import { httpUrl, secretList } from '@app/config/fields'
import { readConfig } from '@app/config/read-config'
import { z } from 'zod'
import { serveLocalProvider } from './serve.ts'

const Config = z.object({
  VESTIBULE_LISTEN_HOST: z.string().min(1),
  VESTIBULE_LISTEN_PORT: z.coerce.number().int().min(1).max(65_535),
  VESTIBULE_PUBLIC_URL: httpUrl,
  VESTIBULE_CLIENT_SECRET: secretList,
})

const config = readConfig(Config, process.env)
const [clientSecret = ''] = config.VESTIBULE_CLIENT_SECRET
const server = await serveLocalProvider({
  host: config.VESTIBULE_LISTEN_HOST,
  port: config.VESTIBULE_LISTEN_PORT,
  clientSecret,
  publicUrl: config.VESTIBULE_PUBLIC_URL,
  providerIds: ['local'],
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close()
    server.closeAllConnections()
  })
}

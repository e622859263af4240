import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { NetworkContext } from '../supervisor/types.ts'
import { connectAsSuperuser } from './superuser.ts'

/** Lets everybody in and never answers a question: PostgreSQL's AuthenticationOk and ReadyForQuery. */
const frozen = createServer((socket) => {
  socket.once('data', () => socket.write(Buffer.from('5200000008000000005a0000000549', 'hex')))
  socket.on('error', () => {})
})

it('fails only the question when a server is given up that does not answer', async () => {
  frozen.listen(0, '127.0.0.1')
  await once(frozen, 'listening')
  const { port } = frozen.address() as AddressInfo
  const unheard: unknown[] = []
  const hear = (error: unknown) => void unheard.push(error)
  process.on('unhandledRejection', hear)
  try {
    const sql = connectAsSuperuser({ ports: { 'postgres.sql': port } } as unknown as NetworkContext, 'secret')
    const asked = sql`select 1`.catch((error: unknown) => error)
    await delay(200)
    await sql.end({ timeout: 0 })
    expect(await asked).toMatchObject({ code: 'CONNECTION_DESTROYED' })
    await delay(50)
    expect(unheard).toEqual([])
  } finally {
    process.off('unhandledRejection', hear)
    frozen.close()
  }
})

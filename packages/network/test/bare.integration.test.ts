import { testServers } from '@app/testing/servers'
import postgres from 'postgres'
import { expect, it } from 'vitest'

it('gives tests a Postgres of their own', async () => {
  const sql = postgres(testServers().postgresUrl, { max: 1 })
  try {
    const [row] = await sql`select current_setting('server_version_num')::int / 10000 as major, uuidv7() is not null as has_uuidv7`
    expect(row).toEqual({ major: 18, has_uuidv7: true })
  } finally {
    await sql.end()
  }
})

it('names what is missing when an address is asked for that no part has', () => {
  const servers = testServers({ VESTIBULE_TEST_STATE: '/nowhere' })
  expect(() => servers.ketoReadUrl).toThrow('VESTIBULE_TEST_KETO_READ_URL')
})

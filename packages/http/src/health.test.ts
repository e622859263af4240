import { HealthView } from '@app/contracts/health'
import { describe, expect, it } from 'vitest'
import { createReadiness } from './health.ts'
import { testService } from './test-service.ts'

const well = { name: 'database', check: async () => null }
const ill = { name: 'broker', check: async () => 'connection refused' }

describe('/health/ready', () => {
  const ready = async (...checks: Parameters<typeof createReadiness>[0]) => {
    const response = await testService({ ready: checks }).internalApp.request('/health/ready')
    return { status: response.status, health: HealthView.parse(await response.json()) }
  }

  it('is 200 when every dependency answers', async () => {
    expect(await ready(well)).toMatchObject({ status: 200, health: { status: 'ok' } })
  })

  it('is 503 with a reason for each that does not', async () => {
    const broken = {
      name: 'keto',
      check: async () => {
        throw new Error('404')
      },
    }
    expect(await ready(well, ill, broken)).toMatchObject({
      status: 503,
      health: {
        status: 'down',
        checks: [
          { name: 'database', ok: true, reason: null },
          { name: 'broker', ok: false, reason: 'connection refused' },
          { name: 'keto', ok: false, reason: '404' },
        ],
      },
    })
  })

  it('shows a dependency that is not required without being down for it', async () => {
    expect(await ready(well, { ...ill, required: false })).toMatchObject({
      status: 200,
      health: { checks: [{}, { ok: false, required: false }] },
    })
  })

  it('stays live', async () => {
    expect((await testService({ ready: [ill] }).internalApp.request('/health/live')).status).toBe(200)
  })
})

describe('createReadiness', () => {
  it('gives up on a check that hangs', async () => {
    const readiness = createReadiness([{ name: 'frozen', check: () => new Promise(() => {}) }], 20)
    expect(await readiness()).toMatchObject({ status: 'down', checks: [{ reason: 'no answer within 20 ms' }] })
  })

  it('asks once for callers that come together', async () => {
    let asked = 0
    const readiness = createReadiness([{ name: 'a', check: async () => (++asked > 9 ? 'too often' : null) }])
    await Promise.all([readiness(), readiness(), readiness()])
    await readiness()
    expect(asked).toBe(2)
  })
})

describe('/metrics', () => {
  it('has requests by pattern and the process, and no path of a caller', async () => {
    const { publicApp, internalApp } = testService()
    await publicApp.request('/api/v1/things/zabcz')
    await publicApp.request('/wp-admin/zabcz.php')
    await publicApp.request('/api/v1/things/zabcz', { method: 'X-ZABCZ' })
    const text = await (await internalApp.request('/metrics')).text()
    expect(text).toContain(
      'http_request_duration_seconds_count{service="test",port="public",method="GET",route="/api/v1/things/{thingId}",status="401"} 1',
    )
    expect(text).toContain('method="GET",route="unmatched",status="404"')
    expect(text).toContain('method="OTHER",route="/api/v1/things/{thingId}",status="405"')
    expect(text).toContain('process_resident_memory_bytes')
    expect(text).not.toMatch(/zabcz/i)
  })
})

it('takes only GET on the endpoints of the internal port', async () => {
  const response = await testService().internalApp.request('/metrics', { method: 'POST' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})

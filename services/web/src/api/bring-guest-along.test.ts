// @vitest-environment jsdom
import { HttpResponse, http } from 'msw'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at } from '../testing/answers.ts'
import { server } from '../testing/app.tsx'
import { bringGuestAlong } from './bring-guest-along.ts'

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())

describe('what a guest made', () => {
  it('is asked for when the browser was a guest, and only then', async () => {
    let asked = 0
    server.use(
      http.post(at('/api/v1/guests/merge'), async ({ request }) => {
        asked += 1
        return HttpResponse.json({ merged: JSON.stringify(await request.json()) === '{}' })
      }),
    )
    expect(await bringGuestAlong('theme=dark; vst_guest_here=1')).toBe(true)
    expect(await bringGuestAlong('theme=dark')).toBe(false)
    expect(await bringGuestAlong('not_vst_guest_here=1')).toBe(false)
    expect(asked).toBe(1)
  })
})

/** A second front-end at an origin that is listed: people are sent to sign in and back, and it calls with their cookie. */
import { createServer } from 'node:http'
import { testServers } from '@app/testing/servers'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agreeThere, anAccount, goThere } from '../src/account-elsewhere.ts'
import { register } from '../src/api-person.ts'
import { fillIn } from '../src/signing-in.ts'
import { withBrowser } from '../src/with-browser.ts'

/** As the test network has it. */
const listed = 'http://localhost:5999'
const unlisted = 'http://localhost:5998'
const { person } = withBrowser(() => [listed, unlisted, testServers().providerUrl])

/** Stands in for the front-ends: a page, wherever one looks. */
const servers = [listed, unlisted].map((origin) => ({
  port: Number(new URL(origin).port),
  server: createServer((_request, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><link rel="icon" href="data:,"><h1>Another front-end</h1>'),
  ),
}))
beforeAll(async () => {
  for (const { server, port } of servers) await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve))
})
afterAll(() => {
  for (const { server } of servers) server.closeAllConnections()
  for (const { server } of servers) server.close()
})

const signInFor = (address: string) => `/sign-in?${new URLSearchParams({ return_to: address })}`

/** What a script of the page in view gets; `blocked` where the browser keeps it from the answer. */
async function call(page: Page, path: string, init: { method?: string; body?: string } = {}): Promise<string | number> {
  return await page.evaluate(
    async ({ address, method, body }) => {
      const json = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }
      return await fetch(address, { method: method ?? 'GET', credentials: 'include', ...json }).then(
        (answer) => answer.status,
        () => 'blocked',
      )
    },
    { address: `${testServers().publicUrl}${path}`, ...init },
  )
}

describe('a second front-end', () => {
  it('sends people to sign in, gets them back, and calls as them', async () => {
    const { page } = await person()
    const known = await register(testServers().publicUrl)
    const place = `${listed}/inbox?search=a%20b`
    await page.goto(signInFor(place))
    await fillIn(page, known)
    await page.waitForURL(place)
    expect(await call(page, '/api/v1/session')).toBe(200)
    const change = { method: 'PATCH', body: JSON.stringify({ title: 'Engineer' }) }
    expect(await call(page, '/api/v1/users/me', change)).toBe(200)
    await page.goto(signInFor(place))
    await page.waitForURL(place)
    expect(await call(page, '/self-service/logout/browser')).toBe(200)
  })

  it('gets people back who came in with an account elsewhere', async () => {
    const { page } = await person()
    await page.goto(signInFor(`${listed}/`))
    await goThere(page)
    await agreeThere(page, anAccount())
    await page.waitForURL(`${listed}/`)
    expect(await call(page, '/api/v1/session')).toBe(200)
  })

  it('is nobody where it is not listed: no way back to it, no answers, no writes', async () => {
    const { page } = await person()
    await page.goto(signInFor(`${unlisted}/`))
    await fillIn(page, await register(testServers().publicUrl))
    await page.waitForURL('**/error?*')
    await page.getByText('The address to return to', { exact: false }).waitFor()
    await page.goto(`${unlisted}/`)
    expect(await call(page, '/api/v1/session')).toBe('blocked')
    expect(await call(page, '/api/v1/users/me', { method: 'PATCH', body: JSON.stringify({ title: 'Mallory' }) })).toBe('blocked')
    const me = await page.request.get('/api/v1/users/me')
    expect(await me.json()).toMatchObject({ title: null })
  })
})

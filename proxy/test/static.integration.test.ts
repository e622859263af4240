import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, type Edge, send, startEdge } from './edge.ts'

let edge: Edge
beforeAll(async () => {
  edge = await startEdge()
})
afterAll(() => edge.stop())

const page = { Accept: 'text/html,application/xhtml+xml' }

describe('static files', () => {
  it('with a hash in their name are kept for a year, and the page is asked for each time', async () => {
    expect(await ask(edge.port, 'GET /assets/app-3f2a.js')).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'public, max-age=31536000, immutable', 'content-type': 'application/javascript; charset=utf-8' },
    })
    const home = await ask(edge.port, 'GET /', page)
    expect(home).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } })
    const again = await ask(edge.port, 'GET /', { ...page, 'If-None-Match': home.headers['etag'] ?? '' })
    expect(again).toMatchObject({ status: 304, headers: { 'cache-control': 'no-cache' } })
    expect(again.headers).toHaveProperty('content-security-policy')
  })

  it('are compressed, by the build where it did so', async () => {
    const get = async () => {
      const text = await send(
        edge.port,
        `GET /assets/app-3f2a.js HTTP/1.1\r\nHost: localhost:${edge.port}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`,
      )
      const split = text.indexOf('\r\n\r\n')
      return { head: text.slice(0, split), body: Buffer.from(text.slice(split + 4), 'latin1') }
    }
    const made = await get()
    expect(made.head).toMatch(/content-encoding: gzip/i)
    expect(made.head).toMatch(/vary: accept-encoding/i)
    writeFileSync(join(edge.webRoot, 'assets/app-3f2a.js.gz'), gzipSync('from the build'))
    expect(gunzipSync((await get()).body).toString()).toBe('from the build')
  })

  it('that are missing are missing, also for a browser', async () => {
    for (const path of ['/assets/none.js', '/none.png', '/assets/', '/assets', '/favicon.ico']) {
      expect((await ask(edge.port, `GET ${path}`, { Accept: '*/*' })).status, path).toBe(path === '/assets' ? 200 : 404)
    }
    expect((await ask(edge.port, 'GET /assets/none.js', page)).status).toBe(404)
  })

  it('that start with a dot, or lie elsewhere, are not served', async () => {
    for (const path of [
      '/.secret',
      '/.git/config',
      '/assets/../.secret',
      '/assets/..%2f.secret',
      '/..%2f..%2f..%2fetc/passwd',
      '/assets/%2e%2e/%2e%2e/proxy/nginx.conf',
      '/index.html%00.png',
    ]) {
      const answer = await ask(edge.port, `GET ${path}`, page)
      expect(answer.status, path).toBeGreaterThanOrEqual(400)
      expect(answer.body).not.toMatch(/hidden|root:|worker_processes/)
    }
  })

  it('take GET and HEAD only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      expect(await ask(edge.port, `${method} /`), method).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
    }
    expect(await ask(edge.port, 'HEAD /', page)).toMatchObject({ status: 200, body: '' })
  })
})

describe('screens of the web app', () => {
  it('are the page, for whoever navigates there', async () => {
    for (const path of ['/sign-in', '/people/0190f3a2-0000-7000-8000-000000000000', '/settings?tab=profile', '/nothing/here']) {
      expect((await ask(edge.port, `GET ${path}`, page)).body, path).toContain('<title>app</title>')
      expect((await ask(edge.port, `GET ${path}`)).body, path).toContain('<title>app</title>')
    }
  })

  it('are not the page for a program that asks for something else', async () => {
    for (const headers of [
      { Accept: 'application/json' },
      { Accept: '*/*', 'Sec-Fetch-Dest': 'empty' },
      { Accept: 'image/*', 'Sec-Fetch-Dest': 'image' },
      { Accept: '*/*', 'Sec-Fetch-Dest': 'script' },
    ]) {
      expect((await ask(edge.port, 'GET /nothing', headers)).status).toBe(404)
    }
  })
})

describe('redirects', () => {
  it('lead nowhere else', async () => {
    expect(await ask(edge.port, 'GET /api/docs')).toMatchObject({ status: 308, headers: { location: '/api/docs/' } })
    expect((await ask(edge.port, 'GET /api/docs/', page)).body).toContain('reference')
    for (const path of [
      '//evil.test/%2e%2e/assets',
      '//evil.test',
      '/\\evil.test',
      '/%5cevil.test/..',
      '//evil.test/api/docs',
      '/api/docs/..//evil.test',
      '/assets',
      '/self-service',
      '/%0d%0aLocation:%20x',
    ]) {
      const answer = await ask(edge.port, `GET ${path}`, page)
      const { location } = answer.headers
      expect(location === undefined || location === '/api/docs/', `${path} ${location}`).toBe(true)
    }
  })
})

/** Where signing in may end: other front-ends and apps that are listed, and nobody who only looks like them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PrivateKratos } from './private-kratos.ts'
import { type Receiver, startHeardKratos } from './receiver.ts'
import { aPerson, register, Visitor } from './visitor.ts'

let receiver: Receiver
let kratos: PrivateKratos
let ann: Visitor

beforeAll(async () => {
  const extraReturnUrls = ['https://app.example.com/', 'https://links.example.com/app/', 'com.example.app://signed-in']
  const started = await startHeardKratos({ extraReturnUrls })
  kratos = started.kratos
  receiver = started.receiver
  ann = new Visitor(kratos.publicUrl)
  await register(ann, aPerson())
})
afterAll(async () => {
  await kratos.stop()
  await receiver.stop()
})

/** What a browser is told that opens this address; `who` is signed in. */
async function sentTo(path: string, to: string, who: Visitor | null = null): Promise<string> {
  const cookie = [...(who?.cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${kratos.publicUrl}${path}?return_to=${encodeURIComponent(to)}`, {
    redirect: 'manual',
    headers: { accept: 'text/html', ...(cookie === '' ? {} : { cookie }) },
  })
  return answer.headers.get('location') ?? `${answer.status}`
}

const flows = ['/self-service/login/browser', '/self-service/registration/browser']

describe('a listed address', () => {
  it.each([
    'https://app.example.com/',
    'https://app.example.com',
    'https://app.example.com/deep/er?x=1#y',
    'https://links.example.com/app/',
    'com.example.app://signed-in',
    'com.example.app://signed-in?code=1',
  ])('%s may be returned to, at once by whoever is signed in', async (to) => {
    for (const path of flows) expect(await sentTo(path, to)).toMatch(/^http:\/\/localhost:8080\/(?:sign-in|register)\?flow=/)
    expect(await sentTo(flows[0] ?? '', to, ann)).toBe(to)
  })
})

describe('any other address', () => {
  it.each([
    '//evil.example',
    '\\\\evil.example',
    '/\\evil.example',
    'https:evil.example',
    'https:/evil.example',
    'https://evil.example/https://app.example.com/',
    'https://app.example.com.evil.org/',
    'https://app.example.com@evil.org/',
    'https://x.app.example.com/',
    'https://example.com/',
    'http://app.example.com/',
    'https://app.example.com:8443/',
    'https://app.example.com%2eevil.org/',
    'https://app.example.com%00.evil.org/',
    'https://app.example.com\\.evil.org/',
    'https://app.example.com\t.evil.org/',
    'https:\\\\app.example.com\\..\\evil',
    '%2f%2fevil.example',
    'https%3a%2f%2fevil.example',
    'https://links.example.com/other',
    'https://links.example.com/application',
    'com.example.app://evil',
    'com.example.app://signed-in.evil',
    'com.example.apps://signed-in',
    'com.example.app:signed-in',
    'javascript:alert(1)',
    'javascript://app.example.com/%0aalert(1)',
    'data:text/html,x',
  ])('%s is never where a browser ends', async (to) => {
    for (const [path, who] of [...flows.map((flow) => [flow, null] as const), [flows[0] ?? '', ann] as const]) {
      const place = await sentTo(path, to, who)
      if (/^[45]\d\d$/.test(place)) continue
      // As a browser reads it.
      const url = new URL(place, 'http://localhost:8080/')
      expect([url.origin, url.username], `${path}: ${place}`).toEqual(['http://localhost:8080', ''])
    }
  })
})

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sampleInput, sampleProduction, sampleSecret } from '../test/sample-input.ts'
import { checkInput } from './check-input.ts'
import { weakness } from './check-secrets.ts'
import { OryConfigError } from './config-error.ts'
import type { OryInputSource } from './input.ts'

type Change = (input: OryInputSource) => OryInputSource

function reasonsFor(input: OryInputSource): string[] {
  try {
    checkInput(input)
    return []
  } catch (error) {
    if (!(error instanceof OryConfigError)) throw error
    return error.reasons
  }
}

describe('an input', () => {
  it.each([
    ['native', sampleInput()],
    ['production', sampleProduction()],
    [
      'compose',
      { ...sampleInput(), target: 'compose', isNetworkPrivate: true, hooks: { url: 'http://identity:4011', secret: sampleSecret('h') } },
    ],
    ['a private address without TLS, for trying things out', { ...sampleInput(), publicUrl: 'http://192.168.1.20:8080' }],
    [
      'old secrets behind the new one',
      { ...sampleInput(), secrets: { ...sampleInput().secrets, cookie: [sampleSecret('new'), sampleSecret('old')] } },
    ],
  ] satisfies [string, OryInputSource][])('is accepted: %s', (_, input) => {
    expect(reasonsFor(input)).toEqual([])
  })

  it('is refused for every reason at once, without showing a secret', () => {
    const input = sampleInput()
    const reasons = reasonsFor({
      ...input,
      publicUrl: 'http://vestibule.example.org',
      isDevelopment: true,
      secrets: { default: ['short'], cookie: ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'], cipher: ['0123456789abcdef0123456789abcdef'] },
      kratos: { ...input.kratos, adminHost: '0.0.0.0' },
    })
    expect(reasons).toHaveLength(6)
    expect(reasons.join()).not.toMatch(/aaaaa|0123456789|short\b/)
  })

  it('of the wrong shape is refused with the place', () => {
    const broken: unknown = { ...sampleInput(), target: 'docker', publicURL: 'http://localhost' }
    expect(reasonsFor(broken as OryInputSource)).toEqual([expect.stringMatching(/^target: /), expect.stringMatching(/publicURL/)])
  })
})

const secretsOf =
  (change: Partial<OryInputSource['secrets']>): Change =>
  (input) => ({ ...input, secrets: { ...input.secrets, ...change } })

describe('a secret', () => {
  it('is accepted whenever it is random, in any alphabet', () => {
    for (let round = 0; round < 3_000; round += 1) {
      const bytes = randomBytes(24)
      for (const text of [
        bytes.toString('base64url'),
        bytes.toString('hex'),
        bytes.toString('base64'),
        bytes.toString('hex').slice(0, 24),
      ]) {
        expect([text, weakness(text, { least: 20 })]).toEqual([text, null])
      }
    }
  })

  it.each([
    ['missing', secretsOf({ default: [] }), /secrets\.default: needs at least one/],
    ['empty', secretsOf({ default: [''] }), /secrets\.default\[0\] has 0 characters and needs at least 20/],
    ['too short', secretsOf({ cookie: ['k8Zt3Qx'] }), /secrets\.cookie\[0\] has 7 characters/],
    [
      'not 32 characters for the cipher',
      secretsOf({ cipher: [`${sampleSecret('c')}x`] }),
      /secrets\.cipher\[0\] has 33 characters and needs exactly 32/,
    ],
    ['one character', secretsOf({ default: ['zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz'] }), /default\[0\] repeats one character/],
    ['one piece again and again', secretsOf({ default: ['k8Zt3Qk8Zt3Qk8Zt3Qk8Zt3Q'] }), /default\[0\] repeats itself/],
    ['a row of the alphabet', secretsOf({ default: ['jklmnopqrstuvwxyzabcdefg'] }), /default\[0\] is too predictable/],
    ['few characters', secretsOf({ default: ['ababbabaababbaabbabab'] }), /default\[0\] is too predictable/],
    ['from the documentation', secretsOf({ cookie: ['PLEASE-CHANGE-ME-I-AM-VERY-INSECURE'] }), /cookie\[0\] is, or holds, a known example/],
    [
      'a known example in disguise',
      secretsOf({ cookie: ['please_change_me_i_am_very_insecure!!'] }),
      /cookie\[0\] is, or holds, a known example/,
    ],
    ['with a space', secretsOf({ cookie: ['k8Zt3 Qxw9Lm2Vb7Nc4Rd'] }), /cookie\[0\] holds a space/],
    ['weak behind a good one', secretsOf({ cookie: [sampleSecret('a'), 'short'] }), /cookie\[1\] has 5 characters/],
    [
      'the same for cookies and the rest',
      secretsOf({ cookie: [sampleSecret('default')] }),
      /secrets\.cookie\[0\] equals secrets\.default\[0\]/,
    ],
    [
      'the same for hooks and courier',
      (input) => ({ ...input, courier: { ...input.courier, secret: input.hooks.secret } }),
      /courier\.secret equals hooks\.secret/,
    ],
    [
      'an example for the hooks',
      (input) => ({ ...input, hooks: { ...input.hooks, secret: 'hook-secret-hook-secret' } }),
      /hooks\.secret is, or holds, a known example/,
    ],
  ] satisfies [string, Change, RegExp][])('is refused when %s', (_, change, reason) => {
    expect(reasonsFor(change(sampleInput()))).toEqual([expect.stringMatching(reason)])
  })
})

const kratosOf =
  (change: Partial<OryInputSource['kratos']>): Change =>
  (input) => ({ ...input, kratos: { ...input.kratos, ...change } })
const ketoOf =
  (change: Partial<OryInputSource['keto']>): Change =>
  (input) => ({ ...input, keto: { ...input.keto, ...change } })

describe('a combination', () => {
  it.each([
    [
      'development mode with a public origin',
      (input) => ({ ...input, isDevelopment: true, publicUrl: 'https://vestibule.example.org' }),
      /isDevelopment with the public origin/,
    ],
    ['development mode in compose', (input) => ({ ...input, isDevelopment: true, target: 'compose' }), /isDevelopment with target compose/],
    ['http with a public origin', (input) => ({ ...input, publicUrl: 'http://vestibule.example.org' }), /is http and not local/],
    ['an origin with a path', (input) => ({ ...input, publicUrl: 'http://localhost:8080/app' }), /must be an origin alone/],
    [
      'a return address without a closing slash',
      (input) => ({ ...input, extraReturnUrls: ['https://app.example.org/home'] }),
      /must end in "\/"/,
    ],
    ['a return address with a wildcard', (input) => ({ ...input, extraReturnUrls: ['https://*.example.org/'] }), /has a wildcard/],
    ['an app link without a host', (input) => ({ ...input, extraReturnUrls: ['com.example.app:/signed-in/'] }), /must name a host/],
    ['a return address with a user', (input) => ({ ...input, extraReturnUrls: ['https://me@app.example.org/'] }), /and no user/],
    ['a return address over http', (input) => ({ ...input, extraReturnUrls: ['http://app.example.org/'] }), /is http: use https/],
    ['the admin port on every interface', kratosOf({ adminHost: '0.0.0.0' }), /kratos\.adminHost 0\.0\.0\.0 is open to the network/],
    ['the admin port on a public address', kratosOf({ adminHost: '203.0.113.4' }), /kratos\.adminHost 203\.0\.113\.4 is open/],
    ['the public port past the proxy', kratosOf({ publicHost: '::' }), /goes round the proxy/],
    ['a host that is a name', kratosOf({ adminHost: 'kratos' }), /must be an address to listen on/],
    ['one port for two', kratosOf({ adminPort: 44330 }), /equals kratos\.adminPort/],
    ['a Kratos port that nobody could find', kratosOf({ adminPort: 0 }), /must be given/],
    ["Keto's write port on every interface", ketoOf({ write: { host: '0.0.0.0', port: 44670 } }), /keto\.write\.host 0\.0\.0\.0 is open/],
    ["Keto's metrics on every interface", ketoOf({ metrics: { host: '::', port: 44680 } }), /keto\.metrics\.host :: is open/],
    ['a Keto port that nobody could find', ketoOf({ read: { host: '127.0.0.1', port: 0 } }), /without a listenFile/],
    ['one port twice in Keto', ketoOf({ read: { host: '127.0.0.1', port: 44670 } }), /two of the ports of keto/],
    [
      'hooks at the public origin',
      (input) => ({ ...input, hooks: { ...input.hooks, url: 'http://localhost:8080' } }),
      /is the public origin/,
    ],
    [
      'hooks with a path',
      (input) => ({ ...input, hooks: { ...input.hooks, url: 'http://127.0.0.1:4011/internal' } }),
      /hooks\.url must be an origin alone/,
    ],
    [
      'hooks over http across the network',
      (input) => ({ ...input, hooks: { ...input.hooks, url: 'http://identity.example.org' } }),
      /hooks\.url .* is http across/,
    ],
    [
      'a courier address with credentials',
      (input) => ({ ...input, courier: { ...input.courier, url: 'http://a:b@127.0.0.1:4031/' } }),
      /courier\.url must hold neither/,
    ],
    ['a courier that gives up soon', (input) => ({ ...input, courier: { ...input.courier, messageRetries: 5 } }), /loses mail for ever/],
    ['a database that is not Postgres', kratosOf({ dsn: 'memory' }), /kratos\.dsn must be a postgres/],
    ['a database without a name', kratosOf({ dsn: 'postgres://127.0.0.1' }), /kratos\.dsn names no database/],
    ['one database for both', ketoOf({ dsn: sampleInput().kratos.dsn }), /each needs a database of its own/],
    ['a switch of the newer release with the older', (input) => ({ ...input, onlyV26: {} }), /onlyV26 .* with release v1\.3\.1/],
  ] satisfies [string, Change, RegExp][])('is refused: %s', (_, change, reason) => {
    expect(reasonsFor(change(sampleInput()))).toEqual([expect.stringMatching(reason)])
  })
})

describe('in production', () => {
  it.each([
    ['http', (input) => ({ ...input, publicUrl: 'http://vestibule.example.org' }), /is http in production/],
    ['a local origin', (input) => ({ ...input, publicUrl: 'https://localhost' }), /is local in production/],
    ['the admin port on every interface', kratosOf({ adminHost: '0.0.0.0' }), /kratos\.adminHost 0\.0\.0\.0 is open/],
    ['a database without a password', kratosOf({ dsn: 'postgres://kratos@db.example.org/kratos?sslmode=verify-full' }), /has no password/],
    [
      'a database without TLS',
      ketoOf({ dsn: 'postgres://keto:x@db.example.org/keto?sslmode=disable' }),
      /sslmode=disable across the network/,
    ],
  ] satisfies [string, Change, RegExp][])('is refused: %s', (_, change, reason) => {
    expect(reasonsFor(change(sampleProduction()))).toEqual([expect.stringMatching(reason)])
  })
})

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as problems from '@app/contracts/common-problems'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProxyInput } from './input.ts'
import { nginxConfig } from './nginx-config.ts'
import { proxyPaths, writeProxyFiles } from './write.ts'

const input = (): ProxyInput => ({
  publicUrl: 'http://localhost:8080',
  listen: [{ host: '127.0.0.1', port: 8080 }],
  webRoot: '/srv/web',
  upstreams: { kratos: '127.0.0.1:44330', identity: '127.0.0.1:4010', users: '127.0.0.1:4020' },
  segments: [
    { segment: 'session', upstream: 'identity' },
    { segment: 'users', upstream: 'users' },
  ],
  paths: proxyPaths('/run/vestibule'),
})

describe('input', () => {
  const hostile = ['a;b', 'a{b', 'a}b', 'a"b', "a'b", 'a\\b', 'a\nb', 'a$b', 'a b', 'a#b', 'a\u0000b']
  const fields: Record<string, (text: string) => unknown> = {
    publicUrl: (text) => ({ publicUrl: `http://${text}` }),
    'publicUrl with a path': () => ({ publicUrl: 'http://localhost/x' }),
    'publicUrl with a user': () => ({ publicUrl: 'http://user@localhost' }),
    'publicUrl of another scheme': () => ({ publicUrl: 'ftp://localhost' }),
    'listen host': (text) => ({ listen: [{ host: text, port: 1 }] }),
    'an upstream address': (text) => ({ upstreams: { ...input().upstreams, kratos: `${text}:1` } }),
    'an upstream port': (text) => ({ upstreams: { ...input().upstreams, kratos: `kratos:${text}` } }),
    'an upstream name': (text) => ({ upstreams: { ...input().upstreams, [text]: 'kratos:1' } }),
    'a segment': (text) => ({ segments: [{ segment: text, upstream: 'users' }] }),
    'a trusted proxy': (text) => ({ trustedProxies: [text] }),
    'the user': (text) => ({ runAs: text }),
    'the resolver': (text) => ({ resolver: text }),
    'a form origin': (text) => ({ formOrigins: [`https://${text}`] }),
    'an allowed origin': (text) => ({ allowedOrigins: [`https://${text}`] }),
    'a place to return to': (text) => ({ returnUrls: [`https://${text}/`] }),
    'a scheme to return to': (text) => ({ returnUrls: [`${text}://app`] }),
    workers: (text) => ({ workers: text }),
  }
  for (const [title, change] of Object.entries(fields)) {
    it(`refuses what would leave its place in the configuration: ${title}`, () => {
      for (const text of hostile) expect(() => nginxConfig({ ...input(), ...(change(text) as Partial<ProxyInput>) }), text).toThrow()
    })
  }

  it('takes paths with spaces, and none that end a word or name a variable', () => {
    expect(nginxConfig({ ...input(), webRoot: '/home/ada/my clone/dist' })).toContain('root "/home/ada/my clone/dist";')
    for (const path of ['relative', '/a"b', '/a$b', '/a\\b', '/a\nb', "/a'b", '']) {
      expect(() => nginxConfig({ ...input(), webRoot: path })).toThrow()
      expect(() => nginxConfig({ ...input(), paths: { ...input().paths, temp: path } })).toThrow()
      expect(() => nginxConfig({ ...input(), tls: { certificate: path, key: '/k' }, publicUrl: 'https://localhost' })).toThrow()
    }
  })

  it('refuses unknown fields, segments twice, and segments without an upstream', () => {
    expect(() => nginxConfig(Object.assign(input(), { extra: 'daemon on;' }))).toThrow(/extra/)
    expect(() => nginxConfig({ ...input(), segments: [{ segment: 'users', upstream: 'nobody' }] })).toThrow(/missing/)
    expect(() => nginxConfig({ ...input(), segments: [...input().segments, { segment: 'users', upstream: 'users' }] })).toThrow(/taken/)
    expect(() => nginxConfig({ ...input(), segments: [{ segment: 'docs', upstream: 'users' }] })).toThrow(/taken/)
    expect(() => nginxConfig({ ...input(), tls: { certificate: '/c', key: '/k' } })).toThrow(/https/)
    expect(() => nginxConfig({ ...input(), upstreams: { kratos: 'kratos:1' } })).toThrow(/identity/)
  })
})

describe('the configuration', () => {
  it('believes nobody about addresses by default', () => {
    expect(nginxConfig(input())).not.toContain('set_real_ip_from')
    expect(nginxConfig({ ...input(), trustedProxies: ['10.0.0.0/8', 'fd00::/8'] })).toContain('set_real_ip_from fd00::/8;')
  })

  it('sends HSTS for a secure origin only', () => {
    expect(nginxConfig(input())).not.toContain('Strict-Transport-Security')
    expect(nginxConfig({ ...input(), publicUrl: 'https://example.org' })).toContain('add_header Strict-Transport-Security')
  })

  it('allows no script that is not a file of ours', () => {
    const [policy] = /Content-Security-Policy "[^"]*"/.exec(nginxConfig(input())) ?? ['']
    expect(policy).toContain("default-src 'none'; script-src 'self';")
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|\*/)
  })

  it('lets nobody else read anything by default', () => {
    expect(nginxConfig(input())).not.toMatch(/cors_|add_header Access-Control/)
    expect(() => nginxConfig({ ...input(), allowedOrigins: ['*'] })).toThrow()
    expect(() => nginxConfig({ ...input(), allowedOrigins: ['https://*.example.com'] })).toThrow()
  })

  it('asks names again only where a resolver is given', () => {
    expect(nginxConfig(input())).not.toContain(' resolve;')
    expect(nginxConfig({ ...input(), resolver: '127.0.0.11' })).toContain('resolver 127.0.0.11 valid=5s')
  })

  it('uses codes and titles that the services use too', () => {
    const text = nginxConfig(input())
    const shared = Object.values(problems).filter(({ code }) => text.includes(`"code":"${code}"`))
    expect(shared.length).toBeGreaterThan(6)
    for (const { code, status, title } of shared) {
      expect(text).toContain(`"urn:vestibule:problem:${code}","title":"${title}","status":${status},"code":"${code}"`)
    }
  })
})

describe('writing', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vestibule-proxy-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('leaves the configuration and the temporary folder, and nothing else', () => {
    const { configFile } = writeProxyFiles({ ...input(), paths: proxyPaths(directory) }, directory)
    writeProxyFiles({ ...input(), paths: proxyPaths(directory) }, directory)
    expect(readdirSync(directory).sort()).toEqual(['nginx.conf', 'temp'])
    expect(readFileSync(configFile, 'utf8')).toContain(`pid "${directory}/nginx.pid";`)
  })

  it('keeps the old configuration when the new input is refused', () => {
    const { configFile } = writeProxyFiles({ ...input(), paths: proxyPaths(directory) }, directory)
    const before = readFileSync(configFile, 'utf8')
    expect(() => writeProxyFiles({ ...input(), webRoot: '/a"; }' }, directory)).toThrow()
    expect(readFileSync(configFile, 'utf8')).toBe(before)
    expect(readdirSync(directory).sort()).toEqual(['nginx.conf', 'temp'])
  })
})

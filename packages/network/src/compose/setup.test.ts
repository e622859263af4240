import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { manifest } from '../manifest.ts'
import { listedProviders } from '../network-providers.ts'
import { otherOrigins } from '../other-origins.ts'
import { providersIn } from '../providers.ts'
import { statePaths } from '../state/paths.ts'
import { bundleSetup } from './bundle-setup.ts'
import { makeFiles } from './setup/files.ts'
import type { SetupSettings } from './setup/settings.ts'
import { filledVolumes, secretVolumes } from './volumes.ts'

const settings: SetupSettings = {
  publicUrl: 'http://localhost:8080',
  trustedProxies: [],
  exchangePrefix: '',
  release: 'v26.2.0',
  signIn: {},
  providers: [],
  origins: { allowedOrigins: [], returnUrls: [] },
}

const Provider = z.object({ id: z.string(), client_secret: z.string(), mapper_url: z.string() })
const Kratos = z.object({
  selfservice: z.object({ methods: z.object({ oidc: z.object({ config: z.object({ providers: z.array(Provider) }) }) }) }),
})

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vestibule-setup-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const read = (path: string) => readFileSync(join(root, path), 'utf8')

describe('the files of set-up', () => {
  it('fill every volume, and deal each secret to those only who use it', async () => {
    expect(await makeFiles(settings, manifest, root)).toBeGreaterThan(20)
    expect(readdirSync(root).sort()).toEqual(filledVolumes(manifest).sort())
    for (const { volume, secrets } of secretVolumes(manifest)) {
      expect(readdirSync(join(root, volume)).sort()).toEqual([...new Set(secrets)].sort())
      for (const name of secrets) expect(read(`${volume}/${name}`)).toBe(read(`secrets/${name}`))
    }
    expect(readdirSync(join(root, 'keto-config')).sort()).toEqual(['keto.yml', 'namespaces.ts'])
    expect(read('keto-config/keto.yml')).not.toContain(read('secrets/kratos-database').trim())
    expect(read('proxy-config/nginx.conf')).not.toContain('127.0.0.1:1')
  })

  it('hand Kratos the same providers that it gets without containers', async () => {
    const folder = join(root, 'operator')
    mkdirSync(folder)
    writeFileSync(join(folder, 'google.secret'), 'hush-hush\n')
    writeFileSync(join(folder, 'work.jsonnet'), "person({ email: std.extVar('claims').upn, emailVerified: true })")
    writeFileSync(
      join(folder, 'providers.yml'),
      `providers:
  - { id: google, kind: google, label: Google, clientId: abc, clientSecretFile: google.secret }
  - { id: work, kind: generic, label: Work, issuer: https://id.example.org, clientId: w, clientSecretFile: google.secret, mapperFile: work.jsonnet }
`,
    )
    const providers = listedProviders({ settings: {}, state: statePaths(folder) })
    const target = join(root, 'volumes')
    await makeFiles({ ...settings, providers: providersIn(folder) }, manifest, target)
    const [google, work] = Kratos.parse(parse(readFileSync(join(target, 'kratos-config/kratos.yml'), 'utf8'))).selfservice.methods.oidc
      .config.providers
    expect(providers.map(({ id }) => id)).toEqual([google?.id, work?.id])
    expect(google).toMatchObject({ client_secret: 'hush-hush', mapper_url: expect.stringMatching(/^base64:/) })
    expect(Buffer.from(work?.mapper_url.split('//')[1] ?? '', 'base64').toString()).toContain("std.extVar('claims').upn")
    expect(
      readdirSync(target)
        .filter((name) => name !== 'kratos-config' && name !== 'secrets')
        .flatMap((name) =>
          readdirSync(join(target, name)).filter((file) => readFileSync(join(target, name, file), 'utf8').includes('hush-hush')),
        ),
    ).toEqual([])
  })

  it('show no provider without a list, and name what is wrong with one', () => {
    expect(providersIn(root)).toEqual([])
    writeFileSync(join(root, 'providers.yml'), 'providers: [{ id: g, kind: google, label: G, clientId: abc }]')
    expect(() => providersIn(root)).toThrow(/providers\.0\.clientSecretFile: is missing/)
  })

  it('tell nginx and Kratos of other front-ends and apps', async () => {
    const origins = otherOrigins((name) =>
      name === 'VESTIBULE_ALLOWED_ORIGINS' ? 'https://app.example.com' : 'com.example.app://signed-in',
    )
    await makeFiles({ ...settings, origins }, manifest, root)
    expect(read('kratos-config/kratos.yml')).toMatch(
      /allowed_return_urls:\n +- http:\/\/localhost:8080\/\n +- https:\/\/app\.example\.com\/\n +- com\.example\.app:\/\/signed-in\n/,
    )
    const nginx = read('proxy-config/nginx.conf')
    expect(nginx).toContain('"https://app.example.com"')
    expect(nginx).toContain('add_header Access-Control-Allow-Origin "$cors_origin" always;')
    expect(nginx).toContain('com\\.example\\.app://signed-in')
  })

  it('can be read by whichever user an image runs as, except all secrets together', async () => {
    await makeFiles(settings, manifest, root)
    for (const volume of filledVolumes(manifest).filter((name) => name !== 'secrets')) {
      for (const name of readdirSync(join(root, volume))) expect(statSync(join(root, volume, name)).mode & 0o444, name).toBe(0o444)
    }
    expect(statSync(join(root, 'secrets')).mode & 0o077).toBe(0)
  })

  it('keep their secrets when they are made again, and hand out a rotated one', async () => {
    await makeFiles(settings, manifest, root)
    const before = read('secrets/users-database-app')
    expect(await makeFiles(settings, manifest, root)).toBe(0)
    expect(read('secrets/users-database-app')).toBe(before)
    writeFileSync(join(root, 'secrets/users-to-identity'), `new-value-of-the-secret-0123456789\n${read('secrets/users-to-identity')}`)
    await makeFiles(settings, manifest, root)
    expect(read('users-secrets/users-to-identity')).toMatch(/^new-value/)
    expect(read('identity-secrets/users-to-identity').trim().split('\n')).toHaveLength(2)
  })

  it('take away what is no longer somebody’s', async () => {
    mkdirSync(join(root, 'users-secrets'), { recursive: true })
    writeFileSync(join(root, 'users-secrets/identity-database-owner'), 'x')
    await makeFiles(settings, manifest, root)
    expect(readdirSync(join(root, 'users-secrets'))).not.toContain('identity-database-owner')
  })
})

it('the bundle runs by itself', async () => {
  await bundleSetup(root)
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  const run = spawnSync(process.execPath, [join(root, 'dist/main.js')], { encoding: 'utf8', env: {} })
  expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('usage: files') })
  expect(() => execFileSync(process.execPath, [join(root, 'dist/main.js'), 'files'], { env: {}, stdio: 'pipe' })).toThrow(
    /VESTIBULE_PUBLIC_URL is not set/,
  )
})

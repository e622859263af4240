import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { secretsOf } from '../manifest/secrets-of.ts'
import { callerSecret, migrateEnvironment } from '../manifest/service-part.ts'
import type { Part } from '../manifest/types.ts'
import { findPart, manifest, serviceParts } from '../manifest.ts'
import { composeText } from './compose-file.ts'
import { providersFolder } from './place.ts'

const root = join(import.meta.dirname, '../../../..')
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')

const Container = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.literal('.'), target: z.string(), args: z.record(z.string(), z.string()) }).optional(),
  profiles: z.array(z.string()).optional(),
  command: z.array(z.string()).default([]),
  user: z.string().optional(),
  init: z.boolean().optional(),
  hostname: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  shm_size: z.string().optional(),
  networks: z.array(z.string()).default([]),
  network_mode: z.literal('none').optional(),
  ports: z.array(z.string()).default([]),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }))
    .default({}),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()).min(2),
      interval: z.string(),
      timeout: z.string(),
      retries: z.int(),
      start_period: z.string(),
    })
    .optional(),
  restart: z.enum(['unless-stopped', 'no']),
  stop_signal: z.string().optional(),
  stop_grace_period: z.string().optional(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  deploy: z.strictObject({
    resources: z.strictObject({ limits: z.strictObject({ memory: z.string().regex(/^\d+M$/), pids: z.int().max(1000) }) }),
  }),
  logging: z.unknown(),
})
/** Every container is confined: the schema has no privileged, cap_add, host network, devices or writable root. */
const compose = z
  .strictObject({
    name: z.literal('vestibule'),
    services: z.record(z.string(), Container),
    networks: z.record(z.string(), z.strictObject({ internal: z.literal(true) }).nullable()),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(text))

const container = (name: string) => {
  const found = compose.services[name]
  if (found === undefined) throw new Error(`docker-compose.yml has no ${name}`)
  return found
}
const parts = manifest.filter((part) => part.nativeOnly !== true)
const jobs = ['setup', 'databases', ...[...serviceParts(), findPart('kratos'), findPart('keto')].map(({ name }) => `${name}-migrate`)]
const volumeNames = (name: string) => container(name).volumes.map((volume) => volume.split(':')[0] ?? '')
/** Names of the secrets that a container's environment points at. */
const secretsIn = (environment: Record<string, string>) =>
  Object.values(environment).flatMap((value) => /^\/run\/vestibule\/secrets\/(.*)$/.exec(value)?.[1] ?? [])

it('the compose file is the one that the manifest makes: "node packages/network/src/compose/write.ts" renews it', () => {
  expect(text).toBe(composeText())
})

it('exactly the parts of the manifest run, the jobs that prepare them, and the operator on request', () => {
  expect(Object.keys(compose.services).sort()).toEqual([...parts.map(({ name }) => name as string), ...jobs, 'operator'].sort())
  for (const name of jobs) expect(container(name).restart).toBe('no')
  for (const { name } of parts) expect(container(name).restart).toBe('unless-stopped')
  expect(container('operator').profiles).toEqual(['tools'])
})

describe.each(parts.map((part) => [part.name, part] as const))('%s', (name, part: Part) => {
  it('comes from the image of the manifest, which a variable replaces', () => {
    expect(container(name).image).toBe(`\${${part.image?.variable}:-${part.image?.default}}`)
  })

  it('listens on its ports, and publishes those only that the manifest publishes, on this machine only', () => {
    const published = part.ports.filter((port) => port.published === true)
    expect(container(name).ports).toEqual(
      published.map((port) => `\${VESTIBULE_BIND:-127.0.0.1}:\${${port.variable}:-${port.default}}:${port.default}`),
    )
  })

  it('waits for what the manifest says, healthy, and for its own jobs, finished', () => {
    const wanted = part.dependsOn.filter((other) => parts.some((candidate) => candidate.name === other))
    const healthy = Object.entries(container(name).depends_on).filter(([, { condition }]) => condition === 'service_healthy')
    expect(healthy.map(([other]) => other).sort()).toEqual([...wanted].sort())
    const finished = Object.entries(container(name).depends_on).filter(([, { condition }]) => condition !== 'service_healthy')
    for (const [job] of finished) expect(jobs).toContain(job)
    if (part.database !== null) expect(finished.map(([job]) => job)).toEqual([`${name}-migrate`])
  })

  it('is asked for its health', () => {
    const port = part.ports.find((candidate) => candidate.name === part.readiness.port)
    const test = container(name).healthcheck?.test.join(' ') ?? ''
    if (name === 'mail') expect(test).toBe('CMD node dist/bin/healthcheck.js')
    else expect(test).toMatch(new RegExp(`\\b${port?.default}\\b`))
    if (part.kind === 'service' && part.readiness.kind === 'http') expect(test).toContain(`GET ${part.readiness.path} `)
  })

  it('shares a network with all it talks to', () => {
    const addressed = Object.values(part.environment).flatMap((value) => (value.from === 'address' ? [value.part] : []))
    const talksTo = new Set([...addressed, ...part.dependsOn.filter((other) => parts.some((candidate) => candidate.name === other))])
    // nginx is started after all services, and speaks to those only that have paths.
    if (name === 'proxy')
      for (const { name: other, segments } of parts) if (segments.length === 0 && other !== 'kratos') talksTo.delete(other)
    for (const other of talksTo) {
      const shared = container(name).networks.filter((network) => container(other).networks.includes(network))
      expect(shared, `${name} and ${other}`).not.toEqual([])
    }
  })
})

describe.each(serviceParts().map((part) => [part.name, part] as const))('the service %s', (name, part: Part) => {
  const settings = Object.entries(part.environment)

  it('gets the variables of the manifest and no other', () => {
    const names = settings.map(([variable, value]) => (value.from === 'secret' ? `${variable}_FILE` : variable))
    expect(Object.keys(container(name).environment).sort()).toEqual(names.sort())
    for (const [variable, value] of settings) {
      const found = container(name).environment[variable]
      if (value.from === 'address') {
        const port = findPart(value.part).ports.find((candidate) => candidate.name === value.port)
        expect(found).toBe(value.template.replace('{address}', `${value.part}:${port?.default}`))
      }
      if (value.from === 'setting') expect(found).toBe(`\${${value.variable}:-${value.default ?? ''}}`)
      if (value.from === 'publicUrl') expect(found).toContain('${VESTIBULE_PUBLIC_URL:-')
      if (value.from === 'ownPort') expect(Number(found)).toBe(part.ports.find((port) => port.name === value.port)?.default)
    }
  })

  it('sees its own secrets, and its migration the owner’s as well', () => {
    const named = settings.flatMap(([, value]) => (value.from === 'secret' ? [value.secret] : []))
    expect(secretsIn(container(name).environment).sort()).toEqual(named.sort())
    expect(volumeNames(name)).toEqual([`${name}-secrets`])
    const owner = Object.keys(migrateEnvironment(name)).map((variable) => `${variable}_FILE`)
    for (const variable of owner) {
      expect(container(`${name}-migrate`).environment).toHaveProperty(variable)
      expect(container(name).environment).not.toHaveProperty(variable)
    }
    expect(volumeNames(`${name}-migrate`)).toEqual([`${name}-owner-secrets`])
  })

  it('runs the bundle with the flags of the manifest', () => {
    expect(container(name).command).toEqual(['node', ...part.nodeFlags, 'dist/main.js'])
    expect(container(`${name}-migrate`).command).toEqual(['node', 'dist/main.js', 'migrate'])
    expect(container(name).build).toMatchObject({ target: 'service', args: { SERVICE: name } })
    expect(container(name).user).toBe('node')
  })
})

describe('what is kept apart', () => {
  it('nothing is mounted by two parts, and all mounts but data are read-only', () => {
    for (const { name } of parts) {
      for (const volume of container(name).volumes) {
        if (/^(?:postgres|rabbitmq)-data:/.test(volume)) continue
        expect(volume, name).toMatch(/^[a-z-]+:\/[a-z/]+:ro$/)
      }
    }
    const users = Object.keys(compose.volumes).map(
      (volume) => [volume, parts.filter(({ name }) => volumeNames(name).includes(volume)).length] as const,
    )
    for (const [volume, count] of users) expect(count, volume).toBeLessThanOrEqual(1)
  })

  it('all secrets together are seen by set-up only, which has no network', () => {
    const seers = Object.keys(compose.services).filter((name) => volumeNames(name).includes('secrets'))
    expect(seers.sort()).toEqual(['databases', 'setup'])
    expect(container('setup').network_mode).toBe('none')
    expect(container('setup').networks).toEqual([])
    const { volumes } = container('setup')
    expect(volumes.filter((volume) => volume.startsWith('$'))).toEqual([
      `\${VESTIBULE_OIDC_PROVIDERS_FOLDER:-./providers}:${providersFolder}:ro`,
    ])
    const names = volumes.filter((volume) => !volume.startsWith('$')).map((volume) => volume.split(':')[0])
    expect(new Set(names)).toEqual(new Set(Object.keys(compose.volumes).filter((name) => !name.endsWith('-data'))))
  })

  it('no secret stands in the file', () => {
    expect(text).not.toMatch(/password: |\b(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[A-Za-z0-9_-]{30,}\b/)
    for (const { environment } of Object.values(compose.services)) {
      for (const [name, value] of Object.entries(environment))
        if (/(PASSWORD|SECRET)(_FILE)?$/.test(name)) expect(value).toMatch(/^\/run\/vestibule\/secrets\//)
    }
  })

  it('only the web and the mail page are published', () => {
    const published = Object.entries(compose.services).flatMap(([name, { ports }]) => ports.map(() => name))
    expect(published.sort()).toEqual(['mail', 'proxy'])
    const open = Object.entries(compose.networks).flatMap(([name, network]) => (network === null && name !== 'out' ? [name] : []))
    for (const [name, { networks }] of Object.entries(compose.services)) {
      if (networks.some((network) => open.includes(network))) expect(['mail', 'proxy']).toContain(name)
    }
  })

  it('Kratos alone has a way out, to the accounts elsewhere', () => {
    const there = Object.entries(compose.services).flatMap(([name, { networks }]) => (networks.includes('out') ? [name] : []))
    expect(there).toEqual(['kratos'])
    expect(container('kratos').ports).toEqual([])
  })

  it('nginx shares no network with databases, broker, Keto and mail', () => {
    for (const other of ['postgres', 'rabbitmq', 'keto', 'mail', 'notifications']) {
      expect(
        container(other).networks.filter((network) => container('proxy').networks.includes(network)),
        other,
      ).toEqual([])
    }
  })

  it('nobody runs as root: the image says so, or the file does', () => {
    const saidByTheImage = ['kratos', 'kratos-migrate', 'keto', 'keto-migrate', 'mail']
    for (const [name, { user }] of Object.entries(compose.services)) {
      if (saidByTheImage.includes(name)) continue
      expect(user, name).toMatch(/^(?:node|nginx|postgres|rabbitmq)$/)
    }
  })
})

describe('secrets', () => {
  it('of the manifest reach somebody, and pairs of caller and callee hold the same one', () => {
    const dealt = new Set(Object.values(compose.services).flatMap(({ environment }) => secretsIn(environment)))
    // These are written into the configuration of RabbitMQ, Kratos and Keto, or need not last longer than a container.
    const elsewhere = [...secretsOf(findPart('kratos')), ...secretsOf(findPart('keto')), 'rabbitmq-cookie']
    for (const secret of manifest.flatMap(secretsOf)) expect(dealt.has(secret) || elsewhere.includes(secret), secret).toBe(true)
    expect(secretsIn(container('operator').environment)).toEqual([callerSecret('operator', 'identity')])
  })
})

describe('the Dockerfile', () => {
  const stages = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)].map(([, image, stage]) => ({ image, stage }))

  it('has the stages that compose builds, from images that are variables with the same defaults', () => {
    const targets = new Set(Object.values(compose.services).flatMap(({ build }) => build?.target ?? []))
    for (const target of targets) expect(stages.map(({ stage }) => stage)).toContain(target)
    expect(new Set(stages.map(({ image }) => image?.replaceAll(/[${}]/g, '')))).toEqual(new Set(['NODE_IMAGE', 'NGINX_IMAGE']))
    const defaults = Object.fromEntries([...dockerfile.matchAll(/^ARG (\w+_IMAGE)=(\S+)$/gm)].map(([, name, image]) => [name, image]))
    for (const { build } of Object.values(compose.services)) {
      for (const [name, value] of Object.entries(build?.args ?? {})) {
        if (name.endsWith('_IMAGE')) expect(value).toBe(`\${VESTIBULE_${name}:-${defaults[name]}}`)
        else expect(dockerfile).toMatch(new RegExp(`^ARG ${name}\\b`, 'm'))
      }
    }
  })

  it('ends every image of ours as somebody else than root', () => {
    for (const stage of ['service', 'proxy', 'setup']) {
      const lines = dockerfile.slice(dockerfile.indexOf(` AS ${stage}\n`)).split('\nFROM ')[0] ?? ''
      expect(lines).toMatch(/^USER (?:node|nginx)$/m)
    }
  })

  it('copies files that exist or are built', () => {
    for (const [, path = ''] of dockerfile.matchAll(/^RUN node (\S+)/gm)) expect(existsSync(join(root, path)), path).toBe(true)
    expect(dockerfile).toContain('packages/network/src/compose/bundle-setup.ts')
  })
})

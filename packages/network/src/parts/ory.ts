import { oryCommands } from '@app/ory-config/commands'
import type { OryInputSource } from '@app/ory-config/input'
import { writeOryFiles } from '@app/ory-config/write'
import { callerSecret } from '../manifest/service-part.ts'
import { manifest } from '../manifest.ts'
import { providersOf } from '../network-providers.ts'
import { otherOrigins } from '../other-origins.ts'
import { PlainError } from '../plain-error.ts'
import { portOf } from '../ports.ts'
import { currentSecret, secretValues } from '../secrets.ts'
import { signInInput } from '../sign-in-settings.ts'
import { lastMeaningfulLine } from '../supervisor/last-words.ts'
import { allOf, httpProbe } from '../supervisor/probe.ts'
import type { Driver, NetworkContext } from '../supervisor/types.ts'
import { baseEnvironment } from './base-environment.ts'

type Binary = 'kratos' | 'keto'

export const kratosDriver = (context: NetworkContext): Driver =>
  oryDriver(context, 'kratos', httpProbe(portOf(context.ports, 'kratos', 'admin'), '/admin/health/ready'))

/** Keto without its model denies everything and calls itself ready, so it is asked for a namespace too. */
export const ketoDriver = (context: NetworkContext): Driver => {
  const port = portOf(context.ports, 'keto', 'read')
  const namespaces = manifest.flatMap((part) => part.namespaces)
  return oryDriver(context, 'keto', allOf(httpProbe(port, '/health/ready'), httpProbe(port, '/namespaces', namespaces)))
}

function oryDriver(context: NetworkContext, name: Binary, probe: ReturnType<typeof httpProbe>): Driver {
  const folder = context.state.ory
  let binary = ''
  const commands = () => oryCommands({ kratosConfig: `${folder}/kratos.yml`, ketoConfig: `${folder}/keto.yml` })
  const env = () => ({ ...baseEnvironment(folder), ...commands().env })

  async function prepare(): Promise<void> {
    const binaries = await context.builds.ory()
    binary = binaries[name]
    await writeOryFiles(await oryInput(context, binaries.kratos), folder)
    const result = await context.oneShots.run({ command: binary, args: commands()[name].migrate, env: env(), cwd: folder })
    if (result.exitCode !== 0)
      throw new PlainError(`the migrations of ${name} failed: ${lastMeaningfulLine(result.output) ?? `exit code ${result.exitCode}`}`)
  }

  return {
    prepare,
    launch: () => ({
      command: binary,
      args: commands()[name].serve,
      env: env(),
      cwd: folder,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 1_200,
      probe,
    }),
  }
}

/** The one typed source's input for this machine. */
async function oryInput(context: NetworkContext, kratosBinary: string): Promise<OryInputSource> {
  const { ports, state, publicUrl, settings } = context
  const all = (name: string) => secretValues(state.secrets, name)
  const current = (name: string) => currentSecret(state.secrets, name)
  const at = (part: 'kratos' | 'keto' | 'identity' | 'notifications' | 'postgres', port: string) => portOf(ports, part, port)
  const dsn = (name: Binary) =>
    `postgres://${name}:${current(`${name}-database`)}@127.0.0.1:${at('postgres', 'sql')}/${name}?sslmode=disable`
  const endpoint = (port: string) => ({ host: '127.0.0.1', port: at('keto', port) })
  const release = await releaseOf(context, kratosBinary)
  return {
    target: 'native',
    release,
    publicUrl,
    ...signInInput((name) => settings[name]),
    extraReturnUrls: otherOrigins((name) => settings[name]).returnUrls,
    kratos: {
      dsn: dsn('kratos'),
      maxConnections: 12,
      publicHost: '127.0.0.1',
      publicPort: at('kratos', 'public'),
      adminHost: '127.0.0.1',
      adminPort: at('kratos', 'admin'),
    },
    keto: {
      dsn: dsn('keto'),
      maxConnections: 12,
      read: endpoint('read'),
      write: endpoint('write'),
      metrics: endpoint('metrics'),
      opl: endpoint('opl'),
    },
    secrets: { default: all('kratos-default'), cookie: all('kratos-cookie'), cipher: all('kratos-cipher') },
    hooks: { url: `http://127.0.0.1:${at('identity', 'internal')}`, secret: current(callerSecret('kratos', 'identity')) },
    courier: {
      url: `http://127.0.0.1:${at('notifications', 'internal')}/internal/courier`,
      secret: current(callerSecret('kratos', 'notifications')),
    },
    providers: providersOf(context),
    ...(release === 'v26.2.0' ? { onlyV26: { paginationSecrets: all('ory-pagination') } } : {}),
  }
}

/** Another binary than ours may be named by VESTIBULE_KRATOS_BIN; the newer release needs its own switches. */
async function releaseOf(context: NetworkContext, binary: string): Promise<'v1.3.1' | 'v26.2.0'> {
  const { output } = await context.oneShots.run({
    command: binary,
    args: ['version'],
    env: baseEnvironment('/'),
    cwd: '/',
    timeoutMs: 10_000,
  })
  return /\bv?26\./.test(output) ? 'v26.2.0' : 'v1.3.1'
}

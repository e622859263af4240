import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PlainError } from '../plain-error.ts'
import { portOf } from '../ports.ts'
import { currentSecret } from '../secrets.ts'
import { writeAtomically } from '../state/files.ts'
import { lastMeaningfulLine } from '../supervisor/last-words.ts'
import { amqpProbe } from '../supervisor/probe.ts'
import type { Driver, NetworkContext } from '../supervisor/types.ts'
import { baseEnvironment } from './base-environment.ts'
import { brokerDefinitions } from './rabbitmq-definitions.ts'

/** The system's RabbitMQ program with everything else its own: node name, cookie, data, ports, users. */
export function rabbitmqDriver(context: NetworkContext): Driver {
  const port = portOf(context.ports, 'rabbitmq', 'amqp')
  return {
    prepare: async () => writeBrokerFiles(context),
    launch: () => ({
      command: context.programs['rabbitmq'] ?? '',
      args: [],
      env: brokerEnvironment(context),
      cwd: '/',
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 3_200,
      probe: amqpProbe(port),
    }),
  }
}

const files = (context: NetworkContext) => {
  const folder = context.state.rabbitmq
  return {
    home: join(folder, 'home'),
    mnesia: join(folder, 'data'),
    config: join(folder, 'rabbitmq.conf'),
    definitions: join(folder, 'definitions.json'),
    plugins: join(folder, 'enabled_plugins'),
  }
}

/** Users and rights come from a file at each boot, so that a rotated password holds after the next start in any case. */
export function writeBrokerFiles(context: NetworkContext): void {
  const { home, mnesia, config, definitions, plugins } = files(context)
  for (const folder of [context.state.rabbitmq, home, mnesia]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeCookie(join(home, '.erlang.cookie'), currentSecret(context.state.secrets, 'rabbitmq-cookie'))
  writeAtomically(plugins, '[].\n')
  writeAtomically(definitions, JSON.stringify(brokerDefinitions(context)))
  writeAtomically(config, brokerConfig(portOf(context.ports, 'rabbitmq', 'amqp'), definitions))
}

/**
 * Tells a running broker about changed users and rights.
 *
 * @throws {PlainError} the broker refused.
 */
export async function importBrokerUsers(context: NetworkContext): Promise<void> {
  writeBrokerFiles(context)
  const rabbitmqctl = join(dirname(context.programs['rabbitmq'] ?? ''), 'rabbitmqctl')
  const args = ['import_definitions', files(context).definitions]
  const result = await context.oneShots.run({ command: rabbitmqctl, args, env: brokerEnvironment(context), cwd: '/', timeoutMs: 60_000 })
  if (result.exitCode !== 0)
    throw new PlainError(`RabbitMQ did not take the new passwords: ${lastMeaningfulLine(result.output) ?? 'no reason given'}`)
}

/** Erlang refuses a cookie that others may read. */
function writeCookie(path: string, cookie: string): void {
  rmSync(path, { force: true })
  writeFileSync(path, cookie, { mode: 0o400 })
  chmodSync(path, 0o400)
}

/** Keys that 3.10 and 4.x both know. */
function brokerConfig(port: number, definitions: string): string {
  return [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    'definitions.import_backend = local_filesystem',
    `definitions.local.path = ${definitions}`,
    'log.file = false',
    'log.console = true',
    'log.console.level = warning',
    'log.connection.level = error', // the readiness probe greets and leaves, which would be a warning each time
    'vm_memory_high_watermark.absolute = 384MB',
    'disk_free_limit.absolute = 50MB',
    'heartbeat = 20',
    '',
  ].join('\n')
}

/** What `rabbitmq-server` and `rabbitmqctl` of this network run with. */
export function brokerEnvironment(context: NetworkContext): Record<string, string> {
  const { home, mnesia, config, plugins } = files(context)
  const loopback = '-kernel inet_dist_use_interface {127,0,0,1}'
  return {
    ...baseEnvironment(home),
    ERL_EPMD_PORT: String(portOf(context.ports, 'epmd', 'names')),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // RabbitMQ looks for epmd once a minute and would start one itself while ours is on its way back: ours would never get its port again.
    ERL_FLAGS: '-start_epmd false',
    // Two schedulers' memory is saved by one; waiting without spinning keeps an idle broker idle.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none -noinput ${loopback}`,
    RABBITMQ_CTL_ERL_ARGS: `+S 1:1 ${loopback}`,
    RABBITMQ_ALLOW_INPUT: '1', // the script then replaces itself by Erlang instead of waiting beside it
    RABBITMQ_NODENAME: 'vestibule@localhost',
    RABBITMQ_DIST_PORT: String(portOf(context.ports, 'rabbitmq', 'dist')),
    RABBITMQ_MNESIA_BASE: mnesia,
    RABBITMQ_LOG_BASE: mnesia,
    RABBITMQ_CONFIG_FILE: config,
    RABBITMQ_ADVANCED_CONFIG_FILE: join(context.state.rabbitmq, 'advanced.config'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null', // the machine's own settings are for the machine's own broker
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_PID_FILE: join(context.state.rabbitmq, 'rabbitmq.pid'),
  }
}

import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeOryFiles } from '@app/ory-config/write'
import { writeProxyFiles } from '@app/proxy/write'
import { allSecrets } from '../../manifest/secrets-of.ts'
import type { Part } from '../../manifest/types.ts'
import { brokerDefinitions } from '../../parts/rabbitmq-definitions.ts'
import { ensureSecrets, secretValues } from '../../secrets.ts'
import { writeAtomically } from '../../state/files.ts'
import { configFolder, portNumber } from '../place.ts'
import { operatorSecret, secretVolumes } from '../volumes.ts'
import { oryInput, proxyInput } from './inputs.ts'
import type { SetupSettings } from './settings.ts'

/**
 * Fills the volumes below `root`: the secrets that are missing, each container's share of them, and the configuration of
 * RabbitMQ, Kratos, Keto and nginx. Repeatable; what exists stays.
 *
 * A share is readable by every user inside, because images run under different ones; only its one container mounts it.
 *
 * @returns how many secrets were new.
 */
export async function makeFiles(settings: SetupSettings, parts: readonly Part[], root: string): Promise<number> {
  const master = join(root, 'secrets')
  const made = ensureSecrets(master, [...allSecrets(parts), operatorSecret])
  for (const { volume, secrets } of secretVolumes(parts)) share(master, join(root, volume), secrets)
  writeBroker(settings, parts, master, join(root, 'rabbitmq-config'))
  await writeOry(settings, master, root)
  writeProxyFiles(proxyInput(settings, parts), join(root, 'proxy-config'))
  return made.length
}

function share(master: string, folder: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true })
  for (const name of names) writeAtomically(join(folder, name), `${secretValues(master, name).join('\n')}\n`, 0o444)
  for (const name of readdirSync(folder)) if (!names.includes(name)) rmSync(join(folder, name), { force: true })
}

/** Users and rights are read at each boot of the broker, so that a rotated password holds after the next start. */
function writeBroker({ exchangePrefix }: SetupSettings, parts: readonly Part[], master: string, folder: string): void {
  const definitions = brokerDefinitions({
    parts,
    isTest: false,
    settings: { VESTIBULE_EXCHANGE_PREFIX: exchangePrefix },
    state: { secrets: master },
  })
  writeAtomically(join(folder, 'definitions.json'), JSON.stringify(definitions), 0o444)
  const lines = [
    `listeners.tcp.default = ${portNumber('rabbitmq', 'amqp')}`,
    'definitions.import_backend = local_filesystem',
    `definitions.local.path = ${configFolder}/definitions.json`,
    'log.file = false',
    'log.console = true',
    'log.console.level = warning',
    'vm_memory_high_watermark.absolute = 384MB',
    'disk_free_limit.absolute = 50MB',
    'heartbeat = 20',
    '',
  ]
  writeAtomically(join(folder, 'rabbitmq.conf'), lines.join('\n'), 0o444)
}

/** Both are written in one place and then dealt out: Kratos' configuration holds its secrets, Keto's its own. */
async function writeOry(settings: SetupSettings, master: string, root: string): Promise<void> {
  const draft = join(master, '.ory')
  await writeOryFiles(
    oryInput(settings, (name) => secretValues(master, name)),
    draft,
  )
  for (const name of readdirSync(draft)) {
    const target = join(root, name === 'keto.yml' || name === 'namespaces.ts' ? 'keto-config' : 'kratos-config')
    mkdirSync(target, { recursive: true })
    // A watcher must never read half a file.
    const temporary = join(target, `.${name}.new`)
    copyFileSync(join(draft, name), temporary)
    chmodSync(temporary, 0o444)
    renameSync(temporary, join(target, name))
  }
}

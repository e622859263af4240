/** `node main.js` serves; `node main.js migrate` brings the database up to date with the owner's password and ends. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { migrateFields } from '@app/config/fields'
import { ConfigError, type Environment, readConfig } from '@app/config/read-config'
import { migrate } from '@app/db/migrate'
import { createLog, type Log } from '@app/log/log'
import { z } from 'zod'

export interface Program<Config> {
  readonly service: string
  /** `import.meta.url` of main.ts: migrations lie beside its bundle, or in the folder above its source. */
  readonly mainUrl: string
  readonly argument: string | undefined
  readonly env: Environment
  /** @throws {ConfigError} */
  readonly readConfig: (env: Environment) => Config
  readonly serve: (config: Config, log: Log) => Promise<void>
}

/** Ends the process when it cannot start: connections may be open already, and would keep it alive. */
export async function runProgram<Config extends { readonly VESTIBULE_LOG_LEVEL: NonNullable<Parameters<typeof createLog>[0]['level']> }>(
  program: Program<Config>,
): Promise<void> {
  const { service, argument, env, serve } = program
  try {
    if (argument === 'migrate') return await runMigrations(program)
    const config = program.readConfig(env)
    await serve(config, createLog({ service, level: config.VESTIBULE_LOG_LEVEL }))
  } catch (error) {
    const log = createLog({ service })
    if (error instanceof ConfigError) log.fatal({ problems: error.problems }, error.message)
    else log.fatal({ err: error }, 'did not start')
    process.exit(1)
  }
}

async function runMigrations({ service, mainUrl, env }: Pick<Program<unknown>, 'service' | 'mainUrl' | 'env'>): Promise<void> {
  // Only this run gets the owner's password.
  const config = readConfig(z.object(migrateFields), env)
  const log = createLog({ service, level: config.VESTIBULE_LOG_LEVEL })
  const folder = (set: string, inSource: string) => {
    const bundled = fileURLToPath(new URL(`./migrations/${set}`, mainUrl))
    return existsSync(bundled) ? bundled : fileURLToPath(new URL(inSource, mainUrl))
  }
  const applied = await migrate({
    url: config.VESTIBULE_DATABASE_URL,
    role: `${service}_owner`,
    password: config.VESTIBULE_DATABASE_OWNER_PASSWORD,
    sets: [
      { name: 'outbox', folder: folder('outbox', '../../../packages/outbox/migrations') },
      { name: service, folder: folder(service, '../migrations') },
    ],
  })
  log.info({ applied }, 'migrated')
}

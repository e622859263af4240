/** What the containers `setup`, `databases` and `operator` run. */
import { z } from 'zod'
import { manifest } from '../../manifest.ts'
import { otherOrigins } from '../../other-origins.ts'
import { PlainError, sentenceOf } from '../../plain-error.ts'
import { providersIn } from '../../providers.ts'
import { providersFolder } from '../place.ts'
import { createAdministrator } from './administrator.ts'
import { makeDatabases } from './databases.ts'
import { makeFiles } from './files.ts'

const usage = 'usage: files | databases | admin EMAIL'
/** Where the Dockerfile makes the folders of the volumes. */
const volumesRoot = '/vestibule'

async function run([name, word]: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const required = (variable: string) => {
    const value = env[variable]
    if (value === undefined || value === '') throw new PlainError(`${variable} is not set.`)
    return value
  }
  if (name === 'files') {
    const made = await makeFiles(
      {
        publicUrl: required('VESTIBULE_PUBLIC_URL'),
        trustedProxies: (env['VESTIBULE_TRUSTED_PROXIES'] ?? '').split(/[\s,]+/).filter((text) => text !== ''),
        exchangePrefix: env['VESTIBULE_EXCHANGE_PREFIX'] ?? '',
        release: /:v1\./.test(required('VESTIBULE_KRATOS_IMAGE')) ? 'v1.3.1' : 'v26.2.0',
        signIn: env,
        origins: otherOrigins((name) => env[name]),
        providers: providersIn(providersFolder),
      },
      manifest,
      volumesRoot,
    )
    process.stdout.write(`${made} new secrets; configuration written\n`)
  } else if (name === 'databases') {
    await makeDatabases(required('VESTIBULE_DATABASE_URL'), manifest, `${volumesRoot}/secrets`)
    process.stdout.write('databases and roles are there\n')
  } else if (name === 'admin') {
    const email = z.email().safeParse(word)
    if (!email.success) throw new PlainError(usage, { exitCode: 2 })
    const link = await createAdministrator(
      required('VESTIBULE_IDENTITY_INTERNAL_URL'),
      required('VESTIBULE_IDENTITY_SECRET_FILE'),
      email.data,
    )
    process.stdout.write(`${email.data} is an administrator. A password is set once with this link:\n${link}\n`)
  } else {
    throw new PlainError(usage, { exitCode: 2 })
  }
}

try {
  await run(process.argv.slice(2), process.env)
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`)
  process.exitCode = error instanceof PlainError ? error.exitCode : 1
}

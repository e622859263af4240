import { type Administrator, listAdministrators, makeAdministrator } from '../operator.ts'
import { sentenceOf } from '../plain-error.ts'
import { portOf } from '../ports.ts'
import type { NetworkContext } from '../supervisor/types.ts'

/** The table at the end of a start: where things are, and how to sign in as an administrator. */
export async function readyTable(context: NetworkContext, elapsedMs: number): Promise<string> {
  const has = (name: string) => context.parts.some((part) => part.name === name)
  const rows: [string, string][] = [
    ...(has('proxy') ? [[context.publicUrl, 'the app'] as [string, string]] : []),
    [`http://localhost:${portOf(context.ports, 'mail', 'ui')}`, 'every mail that was sent'],
    ...(has('provider')
      ? [
          [`http://127.0.0.1:${portOf(context.ports, 'provider', 'http')}`, 'the local provider; its people are offered at sign-in'] as [
            string,
            string,
          ],
        ]
      : []),
    ...(has('identity') ? await administratorRows(context) : []),
    ['npm run status', 'how each part is · npm run logs -- users · npm run stop'],
  ]
  const width = Math.max(...rows.map(([left]) => left.length).filter((length) => length < 60))
  const lines = rows.map(([left, right]) =>
    left.length > width ? `  ${left}\n  ${' '.repeat(width)}  ${right}` : `  ${left.padEnd(width)}  ${right}`,
  )
  return `\nReady in ${(elapsedMs / 1000).toFixed(1)} s. Ctrl-C stops everything.\n\n${lines.join('\n')}\n`
}

async function administratorRows(context: NetworkContext): Promise<[string, string][]> {
  const access = {
    identityInternalUrl: `http://127.0.0.1:${portOf(context.ports, 'identity', 'internal')}`,
    secretsFolder: context.state.secrets,
  }
  const email = context.settings['VESTIBULE_ADMIN_EMAIL'] ?? 'admin@vestibule.test'
  try {
    const administrators = await listAdministrators(access)
    if (administrators.length > 0) {
      const first = administrators[0]?.email ?? email
      return [[first, 'the administrator; no password (any more)? npm run admin -- recover']]
    }
    return linkRows(await makeAdministrator(access, email), email)
  } catch (error) {
    return [['npm run admin -- create EMAIL', `makes an administrator (it did not work now: ${sentenceOf(error)})`]]
  }
}

/** How a one-time link is shown, here and by `npm run admin`. */
export function linkRows({ link, expiresAt }: Administrator, email: string): [string, string][] {
  const until = new Date(expiresAt).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
  return [[link, `sets the password of ${email} (administrator); works once, until ${until}`]]
}

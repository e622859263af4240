import { z } from 'zod'
import { readNetworkFile } from '../network-file.ts'
import { listAdministrators, makeAdministrator, type OperatorAccess } from '../operator.ts'
import { PlainError } from '../plain-error.ts'
import { findSupervisor } from '../supervisor/lock.ts'
import { parseArguments } from './arguments.ts'
import { commandEnvironment } from './environment.ts'
import { linkRows } from './ready-table.ts'

const usage = `usage: npm run admin -- create EMAIL | recover [EMAIL] | list
create   makes a platform administrator, or a fresh link for an existing one
recover  a one-time link with which an administrator sets a new password (the only one, when no EMAIL is given)
list     who is an administrator`

/** `npm run admin`: what the operator of the machine may do without being signed in. */
export async function adminCommand(args: readonly string[]): Promise<number> {
  const { positionals, settings } = parseArguments(args, { usage, variables: ['VESTIBULE_STATE'], positionals: [1, 2] })
  const [action, email] = positionals
  const wrong = new PlainError(usage, { exitCode: 2 })
  if (email !== undefined && action !== 'list' && !z.email().safeParse(email).success)
    throw new PlainError(`${email} is no e-mail address.\n${usage}`, { exitCode: 2 })
  if (action === 'create' && email !== undefined) return showLink(access(settings), email)
  if (action === 'recover') return recover(access(settings), email)
  if (action === 'list' && email === undefined) return list(access(settings))
  throw wrong
}

/** @throws {PlainError} the network does not run. */
function access(flags: Readonly<Record<string, string>>): OperatorAccess {
  const { state } = commandEnvironment(flags)
  const network = findSupervisor(state) === null ? null : readNetworkFile(state.networkFile)
  const port = network?.ports['identity.internal']
  if (network === null || port === undefined)
    throw new PlainError('The network does not run here: `npm start` first, then this command in another terminal.')
  return { identityInternalUrl: `http://127.0.0.1:${port}`, secretsFolder: state.secrets }
}

async function showLink(operator: OperatorAccess, email: string): Promise<number> {
  const administrator = await makeAdministrator(operator, email)
  const rows = linkRows(administrator, email).map(([link, meaning]) => `${link}\n  ${meaning}`)
  process.stdout.write(`${administrator.created ? `${email} is an administrator now.\n` : ''}${rows.join('\n')}\n`)
  return 0
}

async function recover(operator: OperatorAccess, email: string | undefined): Promise<number> {
  const emails = (await listAdministrators(operator)).flatMap((administrator) => administrator.email ?? [])
  if (email !== undefined && !emails.includes(email.toLowerCase())) {
    throw new PlainError(`${email} is no administrator; \`npm run admin -- create ${email}\` makes one, \`list\` shows all.`)
  }
  const [only, ...others] = emails
  if (email === undefined && only === undefined)
    throw new PlainError('There is no administrator yet: `npm run admin -- create EMAIL` makes one.')
  if (email === undefined && others.length > 0)
    throw new PlainError(`There are several administrators; say which one: ${emails.join(', ')}.`, { exitCode: 2 })
  return showLink(operator, email ?? only ?? '')
}

async function list(operator: OperatorAccess): Promise<number> {
  const administrators = await listAdministrators(operator)
  if (administrators.length === 0) process.stdout.write('There is no administrator yet: `npm run admin -- create EMAIL` makes one.\n')
  for (const { email, userId, createdAt } of administrators)
    process.stdout.write(`${email ?? '(no address)'}  ${userId}  since ${createdAt}\n`)
  return 0
}

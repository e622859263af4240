/** The command line of the network: `npm start`, `npm run stop` and the others end up here. */
import { PlainError, sentenceOf } from '../plain-error.ts'

type Command = (args: readonly string[]) => Promise<number>

/** Loaded when called, so that each command reads only its own code. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).startCommand,
  stop: async () => (await import('./stop.ts')).stopCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  logs: async () => (await import('./logs.ts')).logsCommand,
  secrets: async () => (await import('./secrets.ts')).secretsCommand,
  admin: async () => (await import('./admin.ts')).adminCommand,
  build: async () => (await import('./build.ts')).buildCommand,
  'test-network': async () => (await import('./test-network.ts')).testNetworkCommand,
}

const usage = 'usage: npm start | npm run stop | status | logs | secrets | admin | build (each with -- and its arguments)'

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  const load = commands[name]
  try {
    if (load === undefined) throw new PlainError(usage, { exitCode: 2 })
    const command = await load()
    return await command(args)
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`)
    if (process.env['VESTIBULE_DEBUG'] !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    return error instanceof PlainError ? error.exitCode : 1
  }
}

process.exitCode = await main(process.argv.slice(2))
// Whatever a failure left open must not keep us: should parts still run, the guardian sees our end and stops them.
if (process.exitCode !== 0) setTimeout(() => process.exit(), 1_000).unref()
if (process.channel !== undefined && process.channel !== null) process.disconnect()

import { until } from '@app/testing/poll'
import { oryCommands } from '../src/commands.ts'
import type { OryInputSource } from '../src/input.ts'
import { type OryFiles, writeOryFiles } from '../src/write.ts'
import { binaries, inputFor, newDatabase, newFolder, type Running, removeFolder, runToEnd, startServer } from './private-server.ts'

export interface PrivateKratos {
  publicUrl: string
  adminUrl: string
  input: OryInputSource
  files: OryFiles
  pid: () => number
  output: () => string
  /** Stops it, writes its files from another input and starts it again on the same data. */
  restart: (input: OryInputSource) => Promise<void>
  stop: () => Promise<void>
}

/** @param change what the test is about, on top of a complete input. */
export async function startPrivateKratos(change: (input: OryInputSource) => OryInputSource): Promise<PrivateKratos> {
  const [{ kratos }, folder, database] = [await binaries(), await newFolder(), await newDatabase('kratos')]
  const cleanUp = async () => {
    await database.drop()
    await removeFolder(folder)
  }
  try {
    const input = change(await inputFor({ kratos: database.url, keto: 'postgres://127.0.0.1/none' }, folder))
    const files = await writeOryFiles(input, folder)
    const { env, kratos: commands } = oryCommands(files)
    const migration = await runToEnd(kratos, commands.migrate, env)
    if (migration.code !== 0) throw new Error(`kratos migrate failed: ${migration.output}`)
    const adminUrl = `http://127.0.0.1:${input.kratos.adminPort}`
    let server = await startReady(kratos, commands.serve, env, adminUrl)
    return {
      publicUrl: `http://127.0.0.1:${input.kratos.publicPort}`,
      adminUrl,
      input,
      files,
      pid: () => server.child.pid ?? 0,
      output: () => server.output(),
      restart: async (next) => {
        await server.stop()
        await writeOryFiles(next, folder)
        server = await startReady(kratos, commands.serve, env, adminUrl)
      },
      stop: async () => {
        await server.stop()
        await cleanUp()
      },
    }
  } catch (error) {
    await cleanUp()
    throw error
  }
}

async function startReady(path: string, args: string[], env: Record<string, string>, adminUrl: string): Promise<Running> {
  const server = startServer(path, args, env)
  try {
    await until(async () => server.child.exitCode !== null || (await fetch(`${adminUrl}/admin/health/ready`)).ok, { timeoutMs: 20_000 })
    if (server.child.exitCode !== null) throw new Error(`exit code ${server.child.exitCode}`)
    return server
  } catch (error) {
    await server.stop()
    throw new Error(`kratos did not start: ${server.output()}`, { cause: error })
  }
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '@app/testing/poll'
import { oryCommands } from '../src/commands.ts'
import { writeOryFiles } from '../src/write.ts'
import { binaries, inputFor, newDatabase, newFolder, readIfThere, removeFolder, runToEnd, startServer } from './private-server.ts'

export interface PrivateKeto {
  readUrl: string
  writeUrl: string
  oplUrl: string
  stop: () => Promise<void>
}

/** @param model another model than the committed one. */
export async function startPrivateKeto(model?: string): Promise<PrivateKeto> {
  const [{ keto }, folder, database] = [await binaries(), await newFolder(), await newDatabase('keto')]
  const cleanUp = async () => {
    await database.drop()
    await removeFolder(folder)
  }
  try {
    const input = await inputFor({ kratos: 'postgres://127.0.0.1/none', keto: database.url }, folder)
    const files = await writeOryFiles(input, folder)
    if (model !== undefined) await writeFile(files.namespaces, model)
    const { env, keto: commands } = oryCommands(files)
    const migration = await runToEnd(keto, commands.migrate, env)
    if (migration.code !== 0) throw new Error(`keto migrate failed: ${migration.output}`)
    const server = startServer(keto, commands.serve, env)
    const address = (name: string) => until(async () => (await readIfThere(join(folder, `keto-${name}.address`))) || null)
    try {
      const [readUrl, writeUrl, oplUrl] = (await Promise.all(['read', 'write', 'opl'].map(address))).map((text) => `http://${text.trim()}`)
      if (!readUrl || !writeUrl || !oplUrl) throw new Error('keto told no address')
      await until(async () => (await fetch(`${readUrl}/health/ready`)).ok && (await fetch(`${writeUrl}/health/ready`)).ok)
      return {
        readUrl,
        writeUrl,
        oplUrl,
        stop: async () => {
          await server.stop()
          await cleanUp()
        },
      }
    } catch (error) {
      await server.stop()
      throw new Error(`keto did not start: ${server.output()}`, { cause: error })
    }
  } catch (error) {
    await cleanUp()
    throw error
  }
}

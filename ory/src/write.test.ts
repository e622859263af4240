import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleInput } from '../test/sample-input.ts'
import { writeOryFiles } from './write.ts'

let folder: string
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'vestibule-write-')), 'ory')
})
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }))

const modeOf = async (name: string) => ((await stat(join(folder, name))).mode & 0o777).toString(8)

describe('writing the files', () => {
  it('leaves exactly what both configurations name, secrets for the owner alone', async () => {
    await writeOryFiles(sampleInput(), folder)
    const names = (await readdir(folder)).sort()
    expect(names).toEqual([
      'courier.jsonnet',
      'guest.schema.json',
      'hook.jsonnet',
      'keto.yml',
      'kratos.yml',
      'login-hook.jsonnet',
      'namespaces.ts',
      'person.schema.json',
    ])
    const text = (await readFile(join(folder, 'kratos.yml'), 'utf8')) + (await readFile(join(folder, 'keto.yml'), 'utf8'))
    const named = [...text.matchAll(/file:\/\/(\S+)/g)].map((match) => match[1])
    for (const path of named) expect(names.map((name) => join(folder, name))).toContain(path)
    expect(await Promise.all(['kratos.yml', 'keto.yml', 'hook.jsonnet'].map(modeOf))).toEqual(['600', '600', '644'])
  })

  it('replaces what changed and leaves the rest alone, so that servers do not reload for nothing', async () => {
    await writeOryFiles(sampleInput(), folder)
    const inode = async (name: string) => (await stat(join(folder, name))).ino
    const before = { model: await inode('namespaces.ts'), kratos: await inode('kratos.yml') }
    await writeOryFiles({ ...sampleInput(), logLevel: 'debug' }, folder)
    expect(await inode('namespaces.ts')).toBe(before.model)
    expect(await inode('kratos.yml')).not.toBe(before.kratos)
  })

  it('repairs a model that was emptied, and permissions that were opened', async () => {
    await writeOryFiles(sampleInput(), folder)
    await writeFile(join(folder, 'namespaces.ts'), '')
    await rm(join(folder, 'kratos.yml'))
    await writeFile(join(folder, 'kratos.yml'), 'dsn: x', { mode: 0o644 })
    await writeOryFiles(sampleInput(), folder)
    expect(await readFile(join(folder, 'namespaces.ts'))).toEqual(
      await readFile(fileURLToPath(new URL('../keto/namespaces.ts', import.meta.url))),
    )
    expect(await modeOf('kratos.yml')).toBe('600')
  })

  it('writes nothing when the input is refused', async () => {
    await expect(writeOryFiles({ ...sampleInput(), publicUrl: 'http://vestibule.example.org' }, folder)).rejects.toThrow('refused')
    await expect(readdir(folder)).rejects.toThrow('ENOENT')
  })
})

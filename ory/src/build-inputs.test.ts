import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inputsHash, recipes } from './build-inputs.ts'

describe('the inputs of a build', () => {
  it('have a hash that stays the same', async () => {
    expect(await inputsHash('kratos')).toBe(await inputsHash('kratos'))
    expect(await inputsHash('kratos')).not.toBe(await inputsHash('keto'))
  })

  it.each(['kratos', 'keto'] as const)('pin the release of %s in go.mod that the version names', async (binary) => {
    const { folder, release } = recipes[binary]
    expect(await readFile(join(folder, 'go.mod'), 'utf8')).toContain(`require github.com/ory/${binary} ${release}\n`)
  })
})

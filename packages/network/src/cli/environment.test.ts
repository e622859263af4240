import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { commandEnvironment } from './environment.ts'

it('reads local.env only for who asks for settings, so that a broken one never keeps a network from being stopped', () => {
  const folder = mkdtempSync(join(tmpdir(), 'environment-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'local.env'), 'not a variable')
  const environment = commandEnvironment({ VESTIBULE_STATE: folder }, {})
  expect(environment.state.root).toBe(folder)
  expect(() => environment.settings).toThrow(/local\.env, line 1, is not NAME=value/)
})

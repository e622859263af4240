import { expect, it } from 'vitest'
import { manifest } from '../manifest.ts'
import { stopWaves, withDependencies } from './waves.ts'

it('stops a part only after everything that needs it', () => {
  const waves = stopWaves(manifest)
  const waveOf = (name: string) => waves.findIndex((wave) => wave.some((member) => member === name))
  for (const part of manifest) for (const needed of part.dependsOn) expect(waveOf(part.name)).toBeLessThan(waveOf(needed))
  expect(waves[0]).toContain('proxy')
})

it('adds what a wished part waits for', () => {
  expect(withDependencies(manifest, ['rabbitmq']).map((part) => part.name)).toEqual(['epmd', 'rabbitmq'])
})

it('refuses a circle instead of waiting for ever', () => {
  const parts = manifest.map((part) => (part.name === 'epmd' ? { ...part, dependsOn: ['rabbitmq' as const] } : part))
  expect(() => stopWaves(parts)).toThrow('cycle')
})

import type { Part, PartName } from '../manifest/types.ts'

/** The parts in stopping order: each wave may stop at once, and only when nothing that needs it still runs. */
export function stopWaves(parts: readonly Part[]): PartName[][] {
  const waves: PartName[][] = []
  let left = [...parts]
  while (left.length > 0) {
    const needed = new Set(left.flatMap((part) => part.dependsOn))
    const wave = left.filter((part) => !needed.has(part.name))
    if (wave.length === 0) throw new Error('the manifest has a cycle')
    waves.push(wave.map((part) => part.name))
    left = left.filter((part) => !wave.includes(part))
  }
  return waves
}

/** Which wave each part is in, 0 first. */
export function waveNumbers(parts: readonly Part[]): Map<PartName, number> {
  return new Map(stopWaves(parts).flatMap((wave, number) => wave.map((name) => [name, number] as const)))
}

/** The wished parts and everything they wait for, in the manifest's order. */
export function withDependencies(parts: readonly Part[], wished: readonly PartName[]): Part[] {
  const names = new Set<PartName>()
  const add = (name: PartName) => {
    if (names.has(name)) return
    names.add(name)
    for (const dependency of parts.find((part) => part.name === name)?.dependsOn ?? []) add(dependency)
  }
  for (const name of wished) add(name)
  return parts.filter((part) => names.has(part.name))
}

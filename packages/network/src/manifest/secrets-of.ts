import type { Part } from './types.ts'

/** Every secret a part needs: those its environment names, its broker user's, its database's, and those it lists itself. */
export function secretsOf(part: Part): string[] {
  const named = Object.values(part.environment).flatMap((value) => (value.from === 'secret' ? [value.secret] : []))
  return [...new Set([...named, ...part.secrets])]
}

/** All secrets of a network, each once, in the manifest's order. */
export const allSecrets = (parts: readonly Part[]): string[] => [...new Set(parts.flatMap(secretsOf))]

/** The parts that must be restarted when a secret changes. */
export const partsWithSecret = (parts: readonly Part[], secret: string): Part[] => parts.filter((part) => secretsOf(part).includes(secret))

/**
 * Which files each container gets. One volume per container and purpose, because who mounts a volume sees all of it: a service
 * never sees another's password, nor the owner's of its own database.
 */
import { secretsOf } from '../manifest/secrets-of.ts'
import { callerSecret, migrateEnvironment } from '../manifest/service-part.ts'
import type { Part, Value } from '../manifest/types.ts'
import { serviceParts } from '../manifest.ts'

/** All secrets; only the one-shot jobs of set-up mount it. */
export const masterVolume = 'secrets'
/** With this secret the operator's commands call identity. */
export const operatorSecret = callerSecret('operator', 'identity')

export const configVolumes = ['rabbitmq-config', 'kratos-config', 'keto-config', 'proxy-config'] as const
export const dataVolumes = ['postgres-data', 'rabbitmq-data'] as const

/** The volume with a container's secrets, and which they are. */
export type SecretVolume = { volume: string; secrets: readonly string[] }

export function secretVolumes(parts: readonly Part[]): SecretVolume[] {
  return [
    { volume: 'postgres-secrets', secrets: secretsOf(named(parts, 'postgres')) },
    ...serviceParts(parts).flatMap((part) => [
      { volume: `${part.name}-secrets`, secrets: secretNames(part.environment) },
      { volume: `${part.name}-owner-secrets`, secrets: secretNames({ ...part.environment, ...migrateEnvironment(part.name) }) },
    ]),
    { volume: 'operator-secrets', secrets: [operatorSecret] },
  ]
}

/** Everything that set-up fills, at `/vestibule/<volume>` in its container. */
export const filledVolumes = (parts: readonly Part[]): string[] => [
  masterVolume,
  ...secretVolumes(parts).map(({ volume }) => volume),
  ...configVolumes,
]

const secretNames = (declared: Readonly<Record<string, Value>>) =>
  Object.values(declared).flatMap((value) => (value.from === 'secret' ? [value.secret] : []))

function named(parts: readonly Part[], name: string): Part {
  const part = parts.find((candidate) => candidate.name === name)
  if (part === undefined) throw new Error(`the manifest has no part ${name}`)
  return part
}

/** `keto.yml` for both releases, from the one typed input. */
import { stringify } from 'yaml'
import { forbiddenExtras } from './check-extras.ts'
import { checkInput } from './check-input.ts'
import { unknownKeys } from './check-keys.ts'
import { OryConfigError } from './config-error.ts'
import { withPool } from './dsn.ts'
import type { OryInput, OryInputSource } from './input.ts'
import { merge } from './merge.ts'

/**
 * @param directory where Keto finds `namespaces.ts` (`seenAt` of the input wins).
 * @throws {OryConfigError} naming every reason.
 */
export function ketoConfig(source: OryInputSource, directory: string): string {
  const input = checkInput(source)
  const config = merge(generated(input, input.seenAt ?? directory), input.extraKeto)
  const reasons = [
    ...forbiddenExtras('keto', input.extraKeto),
    ...unknownKeys('keto', config, input.release === 'v26.2.0' ? ['secrets', 'secrets.pagination'] : []),
  ]
  if (reasons.length > 0) throw new OryConfigError(reasons)
  return `# Generated from ory/src: a change made here is gone at the next start.\n${stringify(config, { lineWidth: 0 })}`
}

function generated({ release, keto, logLevel, onlyV26 }: OryInput, directory: string): Record<string, unknown> {
  const endpoint = ({ host, port, listenFile }: OryInput['keto']['read']) => ({
    host,
    port,
    ...(listenFile ? { write_listen_file: `file://${listenFile}` } : {}),
  })
  return {
    version: release === 'v26.2.0' ? 'v26.2.0' : 'v0.14.0',
    dsn: withPool(keto.dsn, keto.maxConnections),
    serve: { read: endpoint(keto.read), write: endpoint(keto.write), metrics: endpoint(keto.metrics), opl: endpoint(keto.opl) },
    // Strict: only what the model declares is followed. The file is watched, and an empty or missing one denies everything.
    namespaces: { location: `file://${directory}/namespaces.ts`, experimental_strict_mode: true },
    // Keto's defaults (5 and 100) turn deep or wide grants into silent refusals.
    limit: { max_read_depth: 25, max_read_width: 10_000, max_batch_check_size: 100, batch_check_max_parallelization: 10 },
    log: { level: logLevel, format: 'json', leak_sensitive_values: false },
    ...(onlyV26?.paginationSecrets ? { secrets: { pagination: onlyV26.paginationSecrets } } : {}),
  }
}

import type { z } from 'zod'
import { unsafeCombinations } from './check-safety.ts'
import { weakSecrets } from './check-secrets.ts'
import { OryConfigError } from './config-error.ts'
import { OryInput, type OryInputSource } from './input.ts'

/**
 * The input with its defaults.
 *
 * @throws {OryConfigError} naming everything that is wrong, at once.
 */
export function checkInput(source: OryInputSource): OryInput {
  const parsed = OryInput.safeParse(source)
  if (!parsed.success) throw new OryConfigError(parsed.error.issues.map(describe))
  const reasons = [...weakSecrets(parsed.data), ...unsafeCombinations(parsed.data)]
  if (reasons.length > 0) throw new OryConfigError(reasons)
  return parsed.data
}

const describe = (issue: z.core.$ZodIssue) => `${issue.path.map(String).join('.') || 'input'}: ${issue.message}`

import { InvalidRequest } from '@app/contracts/common-problems'
import type { FlowKind } from './guarded-paths.ts'
import { fieldsOf } from './known-fields.ts'

/**
 * To sign in with, link or unlink an account elsewhere. What is not taken is refused here instead of left out: whoever sends traits along
 * believes that they count.
 *
 * @throws {InvalidRequest} naming the field.
 */
export function checkProviderFields(flow: FlowKind, fields: Readonly<Record<string, unknown>>): void {
  const taken = fieldsOf(flow, fields)
  for (const [name, value] of Object.entries(fields)) {
    if (!(name in taken)) throw refusal(name, 'Not taken along with a provider')
    if (typeof value !== 'string') throw refusal(name, 'A text')
  }
}

function refusal(name: string, message: string) {
  return InvalidRequest(undefined, { errors: [{ path: `body.${name}`, message }] })
}

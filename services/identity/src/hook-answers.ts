/** How a deciding hook answers Kratos. */
import { type HookChange, HookRefusal } from '@app/contracts/internal-hooks'
import { answer } from '@app/http/route'
import { type Refusal, refusalBody } from './refusals.ts'

/** Yes, with what is named put in place of what was sent. */
export function change(identity: NonNullable<HookChange['identity']>) {
  return answer(200, { identity })
}

export function refuse(names: readonly Refusal[]) {
  return answer(400, HookRefusal.parse(refusalBody(names)))
}

/**
 * A wrong password costs a hash, an unknown name costs Kratos nothing: under load that shows in the time of the answer, whatever it is
 * rounded to. So a password for nobody is tried at an account that nobody has.
 */
import { randomBytes } from 'node:crypto'
import { IdentityServiceDown } from '@app/contracts/common-problems'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import type { GuardKeys } from '../limits/guard-keys.ts'
import { readPhone } from '../phone.ts'
import { jsonOf, type Upstream } from '../upstream.ts'
import { invalidCredentials, says } from './kratos-answer.ts'
import type { GuardStep } from './steps.ts'

const timeoutMs = 12_000
/** Somebody may have removed it in Kratos. */
const madeForMs = 600_000

const Flow = z.object({ id: z.uuid() })

/** An identity without personal data; only this service can make its name. */
export function decoyHandle(guardKeys: GuardKeys): string {
  return guardKeys.of('decoy', '').toString('hex')
}

export function hashAlike(deps: Deps): GuardStep {
  const decoy = keepDecoy(deps)
  return async (passage, next) => {
    const answer = await next(passage)
    const { guarded, submission } = passage
    const { method, identifier, password } = submission.fields
    const guesses = guarded.kind === 'flow' && guarded.flow === 'login' && method === 'password'
    if (!guesses || typeof identifier !== 'string' || typeof password !== 'string') return answer
    if (answer.status !== 400 || !says(answer, invalidCredentials)) return answer
    // A number is somebody's name for codes alone: with a password Kratos finds nobody by it.
    if (readPhone(identifier) === null && (await deps.kratos.hasPassword(identifier))) return answer
    await tryPassword(deps.kratosPublic, await decoy(), password)
    return answer
  }
}

/** Made when it is first needed, with a password that nobody knows and a hash of today's cost. It is disabled besides. */
function keepDecoy({ kratos, guardKeys }: Pick<Deps, 'kratos' | 'guardKeys'>): () => Promise<string> {
  const handle = decoyHandle(guardKeys)
  let madeAt = Number.NEGATIVE_INFINITY
  let making: Promise<void> | null = null
  return async () => {
    if (performance.now() - madeAt > madeForMs) {
      making ??= kratos
        .keepDecoy(handle, randomBytes(24).toString('base64url'))
        .then(() => {
          madeAt = performance.now()
        })
        .finally(() => {
          making = null
        })
      await making
    }
    return handle
  }
}

/** @throws {IdentityServiceDown} */
async function tryPassword(kratosPublic: Upstream, identifier: string, password: string): Promise<void> {
  const accept = { accept: 'application/json' }
  const opened = await kratosPublic.call({ method: 'GET', path: '/self-service/login/api', headers: accept, timeoutMs })
  const flow = Flow.safeParse(jsonOf(opened)).data
  if (flow === undefined) throw IdentityServiceDown(undefined, { cause: new Error(`Kratos answered ${opened.status} to a new login flow`) })
  await kratosPublic.call({
    method: 'POST',
    path: `/self-service/login?flow=${flow.id}`,
    headers: { ...accept, 'content-type': 'application/json' },
    body: JSON.stringify({ method: 'password', identifier, password }),
    timeoutMs,
  })
}

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { PlainError } from '../../plain-error.ts'

const Answer = z.object({ link: z.string() })

/**
 * Asks identity for a one-time link for an administrator, who is made when there is none.
 *
 * @throws {PlainError} identity cannot be reached or refuses.
 */
export async function createAdministrator(identityUrl: string, secretFile: string, email: string): Promise<string> {
  const [secret = ''] = readFileSync(secretFile, 'utf8').split('\n')
  const answer = await fetch(`${identityUrl}/internal/administrators`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify({ email }),
    signal: AbortSignal.timeout(10_000),
  }).catch((error: unknown) => {
    throw new PlainError('identity cannot be reached: is the network up (docker compose ps)?', { cause: error })
  })
  if (!answer.ok) throw new PlainError(`identity refused with ${answer.status}: ${(await answer.text()).slice(0, 500)}`)
  return Answer.parse(await answer.json()).link
}

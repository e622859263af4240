import { z } from 'zod'
import { callerSecret } from './manifest/service-part.ts'
import { PlainError } from './plain-error.ts'
import { currentSecret } from './secrets.ts'

/** Identity's internal port, as the operator of the machine reaches it. */
export type OperatorAccess = { identityInternalUrl: string; secretsFolder: string }

const Administrator = z.object({ userId: z.string(), created: z.boolean(), link: z.string(), expiresAt: z.string() })
export type Administrator = z.infer<typeof Administrator>
const Administrators = z.object({ items: z.array(z.object({ userId: z.string(), email: z.string().nullable(), createdAt: z.string() })) })
const Problem = z.object({ title: z.string(), detail: z.string().optional() })

/** Makes a person a platform administrator, or an existing one a fresh link. Repeatable. */
export const makeAdministrator = async (access: OperatorAccess, email: string): Promise<Administrator> =>
  Administrator.parse(await ask(access, 'POST', { email }))

export const listAdministrators = async (access: OperatorAccess) => Administrators.parse(await ask(access, 'GET', null)).items

async function ask({ identityInternalUrl, secretsFolder }: OperatorAccess, method: string, body: object | null): Promise<unknown> {
  const headers = { authorization: `Bearer ${currentSecret(secretsFolder, callerSecret('operator', 'identity'))}` }
  const request =
    body === null
      ? { method, headers }
      : { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await fetch(`${identityInternalUrl}/internal/administrators`, { ...request, signal: AbortSignal.timeout(15_000) }).catch(
    (error: unknown) => {
      throw new PlainError('The identity service does not answer: `npm run status` tells why.', { cause: error })
    },
  )
  const document: unknown = await answer.json().catch(() => null)
  if (answer.ok) return document
  const problem = Problem.safeParse(document)
  const reason = problem.success
    ? `${problem.data.title}${problem.data.detail === undefined ? '' : `: ${problem.data.detail}`}`
    : `it says ${answer.status}`
  throw new PlainError(`The identity service refused: ${reason}.`)
}

/**
 * Kratos' admin API cannot remove passkeys (v1.3.1 has no way at all). What works on both releases is what the person would do: with
 * a recovery code of ours, the settings form. The session that this takes is seen by nobody and ends with the others.
 */
import { IdentityServiceDown } from '@app/contracts/common-problems'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { jsonOf, type UpstreamAnswer } from '../upstream.ts'

const timeoutMs = 5_000
const codeLifespan = '1m'

const Flow = z.object({
  id: z.string(),
  ui: z.object({
    nodes: z.array(z.object({ attributes: z.object({ name: z.string().optional(), value: z.unknown().optional() }) })),
  }),
})
const Recovered = z.object({
  continue_with: z.array(z.object({ action: z.string(), flow: z.object({ id: z.string() }).optional() })),
})

/** @throws {IdentityServiceDown} some may be gone by then; repeat it. */
export async function removePasskeys(deps: Deps, identityId: string): Promise<void> {
  const recovery = await deps.kratos.createRecoveryCode(identityId, codeLifespan)
  if (recovery === null) return
  const browser = createBrowser(deps)
  const recovered = await browser.post(`/self-service/recovery?flow=${recovery.flowId}`, { method: 'code', code: recovery.code })
  const steps = parsed(Recovered, recovered).continue_with
  const flowId = steps.find(({ action }) => action === 'show_settings_ui')?.flow?.id
  if (flowId === undefined) throw unusable(recovered)
  const { ui } = parsed(Flow, await browser.get(`/self-service/settings/flows?id=${flowId}`))
  const valuesOf = (name: string) => ui.nodes.flatMap(({ attributes }) => (attributes.name === name ? [String(attributes.value)] : []))
  const [csrf = ''] = valuesOf('csrf_token')
  for (const passkey of valuesOf('passkey_remove')) {
    const body = { csrf_token: csrf, method: 'passkey', passkey_remove: passkey }
    const answer = await browser.post(`/self-service/settings?flow=${flowId}`, body)
    if (answer.status !== 200) throw unusable(answer)
  }
}

function createBrowser({ kratosPublic, publicOrigin }: Deps) {
  const cookies = new Map<string, string>()
  const send = async (method: string, path: string, body?: unknown): Promise<UpstreamAnswer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await kratosPublic.call({
      method,
      path,
      headers: {
        accept: 'application/json',
        origin: publicOrigin,
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs,
    })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const pair = line.split(';', 1)[0] ?? ''
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    return answer
  }
  return { get: (path: string) => send('GET', path), post: (path: string, body: unknown) => send('POST', path, body) }
}

function parsed<S extends z.ZodType>(schema: S, answer: UpstreamAnswer): z.infer<S> {
  const read = schema.safeParse(jsonOf(answer))
  if (answer.status === 200 && read.success) return read.data
  throw unusable(answer)
}

function unusable({ status }: UpstreamAnswer) {
  return IdentityServiceDown(undefined, { cause: new Error(`Kratos answered ${status} while passkeys were removed`) })
}

/** What happens on the pages: choosing, consent, cancelling, failing. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { brokenPage, choosePage, consentPage } from './page.ts'
import { type People, Somebody } from './people.ts'

const limitBytes = 16 * 1024
const failures: Readonly<Record<string, string>> = {
  cancel: 'access_denied',
  server_error: 'server_error',
  temporarily_unavailable: 'temporarily_unavailable',
}

interface Setting {
  readonly provider: Provider
  readonly people: People
  /** Where forms may end besides here: the callback. */
  readonly formOrigin: string
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

export async function interact(setting: Setting, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { provider, people } = setting
  const show = (status: number, html: string) => send(response, status, html, setting.formOrigin)
  let details: Interaction
  try {
    details = await provider.interactionDetails(request, response)
  } catch {
    // Too old, of another browser, or never begun.
    return show(400, brokenPage('This page is too old, or was opened in another browser.'))
  }
  if (request.method === 'GET') return show(200, pageFor(details, people))
  if (request.method !== 'POST') return show(405, brokenPage('Only GET and POST.'))
  const form = await readForm(request)
  const result = form === null ? null : await resultOf(setting, details, form)
  if (result === null) return show(400, choosePage(details.uid, people.list(), 'This needs at least a subject.'))
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
}

function pageFor({ prompt, uid, params, session }: Interaction, people: People): string {
  if (prompt.name === 'login') return choosePage(uid, people.list())
  const who = people.find(session?.accountId ?? '')
  return consentPage(uid, who?.name || (session?.accountId ?? 'nobody'), String(params['scope'] ?? 'openid').split(' '))
}

async function resultOf({ provider, people }: Setting, details: Interaction, form: URLSearchParams) {
  const wish = form.get('do') ?? ''
  const error = failures[wish]
  if (error !== undefined) return { error, error_description: 'The person, or this page, said so' }
  if (wish === 'allow' && details.prompt.name === 'consent') return { consent: { grantId: await grant(provider, details) } }
  if (details.prompt.name !== 'login') return null
  if (wish === 'choose')
    return people.find(form.get('person') ?? '') === undefined ? null : { login: { accountId: form.get('person') ?? '' } }
  const invented = Somebody.safeParse({
    ...Object.fromEntries([...form].filter(([name]) => name !== 'do')),
    emailVerified: form.has('emailVerified'),
  })
  if (!invented.success) return null
  people.put(invented.data)
  return { login: { accountId: invented.data.sub } }
}

async function grant(provider: Provider, { params, session, prompt, grantId }: Interaction): Promise<string> {
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const given = known ?? new provider.Grant({ accountId: session?.accountId, clientId: String(params['client_id']) })
  const { missingOIDCScope = [], missingOIDCClaims = [] } = prompt.details
  given.addOIDCScope([missingOIDCScope].flat().join(' '))
  given.addOIDCClaims([missingOIDCClaims].flat().map(String))
  return await given.save()
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    sizeBytes += bytes.length
    if (sizeBytes > limitBytes) return null
    chunks.push(bytes)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}

function send(response: ServerResponse, status: number, html: string, formOrigin: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${formOrigin}; frame-ancestors 'none'; base-uri 'none'`,
    'x-content-type-options': 'nosniff',
  })
  response.end(html)
}

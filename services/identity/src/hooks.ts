/** Kratos' hooks. The deciding ones run before anything is stored and fail closed; the telling ones may be lost. */
import type { HookBody, SettingsMethod } from '@app/contracts/internal-hooks'
import { Id } from '@app/contracts/values'
import { isProven } from './contact/register.ts'
import type { Deps } from './deps.ts'
import { readEmail } from './email.ts'
import { change, refuse } from './hook-answers.ts'
import { expectChange, forgetChange, settleChange } from './pending.ts'
import { readPersonName } from './person-name.ts'
import type { Refusal } from './refusals.ts'
import { metadataOfFlow } from './terms/flow-terms.ts'

type Traits = Record<string, unknown>

/** May this person register? Corrects the spelling, notes when the password was set and which terms were accepted, and writes down who to look for. */
export async function decideRegistration(deps: Deps, method: string, { flowId, traits, metadataPublic }: HookBody) {
  const { app, clock, registrationProof } = deps
  const read = readTraits(traits)
  const refused: Refusal[] = [...read.refused, ...(traits['phone'] === undefined ? [] : (['phoneNotAtRegistration'] as const))]
  if (refused.length > 0) return refuse(refused)
  // The guard has seen the proof; whoever came around it has none.
  const isOwn = await isProven(deps, flowId, read.email)
  if (registrationProof === 'required' && !isOwn) return refuse(['emailNotProven'])
  const terms = await metadataOfFlow(deps, flowId)
  // In the same step as the yes: without this row nobody may register.
  await expectChange(app.db, 'identifier', read.email)
  return change({
    traits: read.traits,
    ...(isOwn ? { verifiable_addresses: [{ value: read.email, via: 'email', verified: true, status: 'completed' }] } : {}),
    metadata_public: { ...(method === 'password' ? withPasswordSetAt(metadataPublic, clock()) : metadataPublic), ...terms },
  })
}

/** Each way of setting something has rules of its own; a factor may always be set, once the guard has let it through. */
export async function decideSettings(deps: Deps, method: SettingsMethod, body: HookBody) {
  if (method === 'profile') return await decideProfile(deps, body)
  if (method === 'password') return await decidePassword(deps, body)
  await expectChange(deps.app.db, 'identity', Id.parse(body.identityId))
  return change({})
}

/** May these traits replace the old ones? A new address has to be proven first, which the settings form cannot do. */
async function decideProfile({ app }: Deps, { identityId, traits, previousTraits }: HookBody) {
  const previous = previousTraits ?? {}
  const read = readTraits(traits)
  const refused = new Set<Refusal>()
  if (read.refused.includes('nameNotAcceptable')) refused.add('nameNotAcceptable')
  if (differs(previous['email'], traits['email'], foldEmail)) refused.add('emailChangeNeedsCode')
  if (differs(previous['phone'], traits['phone'], foldPhone)) refused.add('phoneChangeNeedsCode')
  if (refused.size > 0) return refuse([...refused])
  await expectChange(app.db, 'identity', Id.parse(identityId))
  // An address that stays is kept as it was stored, whatever its spelling in the form.
  const kept = Object.fromEntries(['email', 'phone'].filter((name) => previous[name] !== undefined).map((name) => [name, previous[name]]))
  const { phone: _, ...rest } = read.traits
  return change({ traits: { ...rest, ...kept } })
}

/** A password may always be set; this notes when. */
async function decidePassword({ app, clock }: Deps, { identityId, metadataPublic }: HookBody) {
  await expectChange(app.db, 'identity', Id.parse(identityId))
  return change({ metadata_public: withPasswordSetAt(metadataPublic, clock()) })
}

/** Something has happened to this identity: look at it now. What fails here is repeated by the sweep. */
export async function noteChange(deps: Deps, { identityId, flowId, traits }: HookBody, requestId: string) {
  const id = Id.parse(identityId)
  // It may have begun a session, or ended some.
  await expectChange(deps.app.db, 'sessions', `${id} ${flowId}`)
  await settleChange(deps, id, { requestId })
  const email = typeof traits['email'] === 'string' ? readEmail(traits['email']) : null
  if (email && 'email' in email) await forgetChange(deps, 'identifier', email.email)
  return {}
}

/** Somebody is signing in: whatever is killed from now on, it will be written down. Kratos has no session yet. */
export async function expectSignIn({ app }: Deps, { identityId, flowId }: { identityId: string; flowId: string }) {
  await expectChange(app.db, 'sessions', `${identityId} ${flowId}`)
  return {}
}

/** As `noteChange`, and the flow is no longer one of which nobody knows whose address it verified. */
export async function noteVerification(deps: Deps, body: HookBody, requestId: string) {
  await noteChange(deps, body, requestId)
  await forgetChange(deps, 'unverified', body.flowId)
  return {}
}

function readTraits(traits: Traits): { traits: Traits; email: string; refused: Refusal[] } {
  const refused: Refusal[] = []
  const reading = typeof traits['email'] === 'string' ? readEmail(traits['email']) : ({ fault: 'not-normalised' } as const)
  if ('fault' in reading) refused.push(reading.fault === 'look-alike' ? 'emailLookAlike' : 'emailNotNormalised')
  const name = typeof traits['name'] === 'string' ? readPersonName(traits['name']) : null
  if (name === null) refused.push('nameNotAcceptable')
  const email = 'email' in reading ? reading.email : ''
  return { traits: { ...traits, email, name }, email, refused }
}

/** Empty and absent are the same. */
function differs(previous: unknown, next: unknown, fold: (text: string) => string): boolean {
  const text = (value: unknown) => (typeof value === 'string' ? fold(value) : value === undefined || value === null ? '' : null)
  return text(previous) !== text(next)
}

/** Two spellings of one address are no change. */
function foldEmail(text: string): string {
  const reading = readEmail(text.trim())
  return 'email' in reading ? reading.email : text
}

function foldPhone(text: string): string {
  return text.trim()
}

function withPasswordSetAt(metadata: Traits | null, now: Date): Traits {
  return { ...metadata, passwordSetAt: now.toISOString() }
}

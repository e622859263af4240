/** Passkeys: from the options in Kratos' answer to the browser's own dialog and back. Kratos' script does the same by globals. */
import * as z from 'zod/mini'

export type PasskeyFault = 'cancelled' | 'known' | 'unsupported' | 'failed'
/** `proof` is what Kratos expects in its hidden field. */
export type PasskeyAnswer = { readonly proof: string } | { readonly fault: PasskeyFault }

const Descriptors = z.exactOptional(z.array(z.object({ id: z.string(), type: z.literal('public-key') })))
const Wish = z.exactOptional(z.enum(['required', 'preferred', 'discouraged']))

const CreationOptions = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.exactOptional(z.string()), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number() })),
  timeout: z.exactOptional(z.number()),
  authenticatorSelection: z.exactOptional(
    z.object({
      authenticatorAttachment: z.exactOptional(z.enum(['platform', 'cross-platform'])),
      requireResidentKey: z.exactOptional(z.boolean()),
      residentKey: Wish,
      userVerification: Wish,
    }),
  ),
  excludeCredentials: Descriptors,
})

const RequestOptions = z.object({
  challenge: z.string(),
  rpId: z.exactOptional(z.string()),
  timeout: z.exactOptional(z.number()),
  allowCredentials: Descriptors,
  userVerification: Wish,
})

/** A registration wraps the options and names the field after which the device calls the passkey. */
const Creation = z.union([
  z.object({ credentialOptions: z.object({ publicKey: CreationOptions }), displayNameFieldName: z.string() }),
  z.object({ publicKey: CreationOptions }),
])
const Request = z.object({ publicKey: RequestOptions })

/** @param typedIn reads a field of the form. */
export function makePasskey(options: string, typedIn: (field: string) => string): Promise<PasskeyAnswer> {
  return answerOf(() => {
    const creation = Creation.parse(JSON.parse(options))
    if ('publicKey' in creation) return create(creation.publicKey)
    const name = typedIn(creation.displayNameFieldName)
    const { publicKey } = creation.credentialOptions
    return create({ ...publicKey, user: { ...publicKey.user, name, displayName: name } })
  })
}

function create(options: z.infer<typeof CreationOptions>): Promise<Credential | null> {
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
}

export function provePasskey(options: string): Promise<PasskeyAnswer> {
  return answerOf(() => navigator.credentials.get({ publicKey: requestOf(options) }))
}

function requestOf(options: string): PublicKeyCredentialRequestOptions {
  return PublicKeyCredential.parseRequestOptionsFromJSON(Request.parse(JSON.parse(options)).publicKey)
}

/** The offer in the list of the e-mail field. A browser takes one question at a time, so a dialog ends it. */
let offer: AbortController | null = null

/** Offers passkeys beside addresses that were typed before, and waits for one to be picked. @returns how to stop. */
export function offerPasskeys(options: string, onPicked: (proof: string) => void): () => void {
  const mine = new AbortController()
  const run = async () => {
    if (!hasPasskeys() || !(await PublicKeyCredential.isConditionalMediationAvailable()) || mine.signal.aborted) return
    offer = mine
    const credential = await navigator.credentials.get({ publicKey: requestOf(options), mediation: 'conditional', signal: mine.signal })
    if (credential) onPicked(JSON.stringify(credential))
  }
  run().catch(() => undefined) // Ended, or refused: nothing was asked of the person, so nothing is said.
  return () => mine.abort()
}

export function hasPasskeys(): boolean {
  return 'PublicKeyCredential' in window && 'parseCreationOptionsFromJSON' in PublicKeyCredential
}

async function answerOf(ask: () => Promise<Credential | null>): Promise<PasskeyAnswer> {
  if (!hasPasskeys()) return { fault: 'unsupported' }
  offer?.abort()
  try {
    const credential = await ask()
    return credential ? { proof: JSON.stringify(credential) } : { fault: 'cancelled' }
  } catch (error) {
    // Names of WebAuthn Level 3: InvalidStateError means that this device has a passkey of the account.
    const name = error instanceof DOMException ? error.name : ''
    if (name === 'NotAllowedError' || name === 'AbortError') return { fault: 'cancelled' }
    return { fault: name === 'InvalidStateError' ? 'known' : name === 'NotSupportedError' ? 'unsupported' : 'failed' }
  }
}

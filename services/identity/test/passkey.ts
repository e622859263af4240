/** A device that makes a passkey (WebAuthn, 6.5 and 7.1): ES256, no attestation, its owner always agrees. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { z } from 'zod'
import { publicOrigin } from './identity-fixture.ts'
import type { Heard, Visitor } from './visitor.ts'

/** User present, user verified, attested credential data included. */
const flags = 0x45
const Creation = z.object({ publicKey: z.object({ challenge: z.string(), rp: z.object({ id: z.string() }) }) })
const Nodes = z.object({
  id: z.string(),
  ui: z.object({ nodes: z.array(z.object({ attributes: z.object({ name: z.string().optional(), value: z.unknown().optional() }) })) }),
})

export async function addPasskey(visitor: Visitor): Promise<Heard> {
  const { id, ui } = Nodes.parse((await visitor.kratos('/self-service/settings/browser')).json)
  const fieldOf = (name: string) => String(ui.nodes.find(({ attributes }) => attributes.name === name)?.attributes.value)
  const { challenge, rp } = Creation.parse(JSON.parse(fieldOf('passkey_create_data'))).publicKey
  const register = JSON.stringify(newPasskey(challenge, rp.id))
  const answer = await visitor.submit(
    'settings',
    { method: 'passkey', passkey_settings_register: register },
    { id, csrf: fieldOf('csrf_token') },
  )
  expect(answer.status).toBe(200)
  return answer
}

function newPasskey(challenge: string, relyingParty: string) {
  const id = randomBytes(32)
  const clientData = JSON.stringify({ type: 'webauthn.create', challenge, origin: publicOrigin, crossOrigin: false })
  const authenticator = Buffer.concat([
    createHash('sha256').update(relyingParty).digest(),
    Buffer.from([flags, 0, 0, 0, 0]),
    Buffer.alloc(16),
    Buffer.from([0, id.length]),
    id,
    publicKey(),
  ])
  const attestation = Buffer.concat([
    Buffer.from([0xa3]),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.from([0xa0]),
    text('authData'),
    bytes(authenticator),
  ])
  return {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    response: { clientDataJSON: Buffer.from(clientData).toString('base64url'), attestationObject: attestation.toString('base64url') },
  }
}

/** COSE (RFC 9053): key type 2, algorithm -7, curve P-256, x, y. */
function publicKey(): Buffer {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const [left, right] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
  return Buffer.concat([Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]), bytes(left), Buffer.from([0x22]), bytes(right)])
}

/** CBOR (RFC 8949) of less than 24 letters. */
const text = (value: string) => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])
/** CBOR of up to 255 bytes. */
const bytes = (value: Buffer) => Buffer.concat([Buffer.from([0x58, value.length]), value])

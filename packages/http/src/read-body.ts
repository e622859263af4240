/** Reads a JSON body without trusting its sender. */
import { BodyTooLarge, InvalidRequest, UnsupportedMediaType } from '@app/contracts/common-problems'

const jsonType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The parsed body.
 *
 * @throws {UnsupportedMediaType} it is not said to be plain JSON. @throws {BodyTooLarge} @throws {InvalidRequest} it is not JSON.
 */
export async function readJsonBody(request: Request, limitBytes: number): Promise<unknown> {
  if (!jsonType.test(request.headers.get('content-type') ?? '')) throw UnsupportedMediaType('Send application/json')
  const encoding = request.headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') throw UnsupportedMediaType('Send the body without Content-Encoding')
  const bytes = await readBytes(request, limitBytes)
  if (bytes.byteLength === 0) throw InvalidRequest('The body is empty')
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (error) {
    throw InvalidRequest('The body is not valid JSON in UTF-8', { cause: error })
  }
}

async function readBytes(request: Request, limitBytes: number): Promise<Uint8Array> {
  const announced = request.headers.get('content-length')
  if (announced !== null && Number(announced) > limitBytes) throw BodyTooLarge(`At most ${limitBytes} bytes`)
  try {
    // Node's parser holds the sender to the length it announced, so only a chunked body needs counting.
    return announced === null ? await countedBytes(request, limitBytes) : new Uint8Array(await request.arrayBuffer())
  } catch (error) {
    if (BodyTooLarge.is(error)) throw error
    throw InvalidRequest('The body did not arrive completely', { cause: error })
  }
}

async function countedBytes(request: Request, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > limitBytes) throw BodyTooLarge(`At most ${limitBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

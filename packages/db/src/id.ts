import { randomFillSync } from 'node:crypto'

const random = new Uint8Array(10)
let lastMs = 0
let sequence = 0

/**
 * A UUIDv7 (RFC 9562 §5.7): sorts by creation time, and within one process strictly, because the twelve bits after the
 * milliseconds count.
 */
export function newId(nowMs = Date.now()): string {
  randomFillSync(random)
  advance(nowMs)
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, Math.floor(lastMs / 2 ** 32))
  view.setUint32(2, lastMs >>> 0)
  view.setUint16(6, 0x7000 | sequence)
  bytes.set(random.subarray(2), 8)
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f))
  const hex = Buffer.from(bytes).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A clock that stands still or goes back borrows from the counter; a full counter borrows the next millisecond. */
function advance(nowMs: number): void {
  if (nowMs > lastMs) {
    lastMs = nowMs
    // Starting in the lower half leaves at least 2048 ids for this millisecond.
    sequence = new DataView(random.buffer).getUint16(0) & 0x7ff
    return
  }
  sequence += 1
  if (sequence > 0xfff) {
    lastMs += 1
    sequence = 0
  }
}

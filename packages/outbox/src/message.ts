import { createHash } from 'node:crypto'
import type { Channel, ConsumeMessage } from 'amqplib'
import { UnreadableEvent } from './reason.ts'

/** Our largest event is far smaller; more than this is not looked into. */
const MAX_BYTES = 256 * 1_024
/** What of an oversized body is kept, to recognise its sender. */
const KEPT_BYTES = 4 * 1_024

/** What came from the broker and is not trusted yet. */
export type Received = {
  readonly body: Buffer
  /** How often it was given to a consumer that did not finish. */
  readonly returns: number
  /** The channel is gone: the broker delivers it again. */
  readonly isTakenBack: () => boolean
  readonly acknowledge: () => void
  /** To the dead-letter queue. */
  readonly reject: () => void
}

export function received(message: ConsumeMessage, channel: Channel, closed: AbortSignal): Received {
  const count: unknown = message.properties.headers?.['x-delivery-count']
  return {
    body: message.content,
    returns: typeof count === 'number' ? count : 0,
    isTakenBack: () => closed.aborted,
    acknowledge: () => {
      if (!closed.aborted) channel.ack(message)
    },
    reject: () => {
      if (!closed.aborted) channel.nack(message, false, false)
    },
  }
}

/** @throws {UnreadableEvent} too large, or no JSON */
export function readBody(body: Buffer): unknown {
  if (body.length > MAX_BYTES) throw new UnreadableEvent(`${body.length} bytes, more than ${MAX_BYTES}`)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new UnreadableEvent('not JSON')
  }
}

/** The part of a body that is kept when it is parked. */
export function keptBody(body: Buffer): Buffer {
  return body.length > MAX_BYTES ? body.subarray(0, KEPT_BYTES) : body
}

export function hashOf(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`
}

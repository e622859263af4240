import type { Transaction } from '@app/db/database'
import type { EventContract, EventOf } from '@app/events/define-event'
import type { Log } from '@app/log/log'
import type { z } from 'zod'

/** What a handler works with. Everything it writes through `tx` is committed together with the event's id, or not at all. */
export type HandlerContext = { readonly tx: Transaction; readonly signal: AbortSignal; readonly log: Log }

export type PrepareContext = { readonly signal: AbortSignal; readonly log: Log }

/**
 * For handlers that must ask somebody first: `prepare` runs before the transaction and may use the network; its answer comes
 * back as `prepared`. It may run again for the same event.
 */
export type PreparedHandler<E, P> = {
  readonly prepare: (event: E, context: PrepareContext) => Promise<P>
  readonly handle: (event: E, context: HandlerContext & { readonly prepared: P }) => Promise<unknown>
}

export type Handler<E, P> = ((event: E, context: HandlerContext) => Promise<unknown>) | PreparedHandler<E, P>

/** What is to be done with one kind of event. */
export type Consumer = {
  readonly name: string
  readonly type: string
  /** `every`: each event once. `newest`: per aggregate only what is newer than all before. */
  readonly keeps: 'every' | 'newest'
  /**
   * Checks an event, and does what can be done before the transaction.
   *
   * @returns the rest of the work
   * @throws {z.ZodError} the event breaks its contract
   */
  readonly prepare: (value: unknown, context: PrepareContext) => Promise<PreparedEvent>
  /** @throws {z.ZodError} the event breaks its contract */
  readonly parse: (value: unknown) => { readonly id: string; readonly subject: string; readonly version: number }
}

export type PreparedEvent = {
  readonly id: string
  readonly subject: string
  readonly version: number
  readonly handle: (context: HandlerContext) => Promise<unknown>
}

/**
 * Handles every event of a contract once.
 *
 * @param name what the consumer does; with the service's name in front it is the queue's name
 */
export function consume<D extends z.ZodObject, P = undefined>(
  contract: EventContract<D>,
  name: string,
  handler: Handler<EventOf<D>, P>,
): Consumer {
  return consumer(contract, name, handler, 'every')
}

/** Handles the newest version of each aggregate and drops what is older, in whatever order events arrive. */
export function project<D extends z.ZodObject, P = undefined>(
  contract: EventContract<D>,
  name: string,
  handler: Handler<EventOf<D>, P>,
): Consumer {
  return consumer(contract, name, handler, 'newest')
}

function consumer<D extends z.ZodObject, P>(
  contract: EventContract<D>,
  name: string,
  handler: Handler<EventOf<D>, P>,
  keeps: Consumer['keeps'],
): Consumer {
  const prepare = async (value: unknown, context: PrepareContext): Promise<PreparedEvent> => {
    const event = contract.parse(value)
    const { id, subject, version } = event
    if (typeof handler === 'function') return { id, subject, version, handle: (inTransaction) => handler(event, inTransaction) }
    const prepared = await handler.prepare(event, context)
    return { id, subject, version, handle: (inTransaction) => handler.handle(event, { ...inTransaction, prepared }) }
  }
  return { name, type: contract.type, keeps, prepare, parse: contract.parse }
}

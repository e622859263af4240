/**
 * Events: one contract each, CloudEvents 1.0 attributes around data. They carry ids and impersonal state: never an address,
 * a name, a phone number or free text. Who needs those asks the owner when it acts.
 */
import { z } from 'zod'

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/
const EVENT_TYPE = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+\.v[1-9][0-9]*$/

const attributes = {
  specversion: z.literal('1.0'),
  /** the same for every delivery of this event */
  id: z.uuid(),
  /** the service that sent it */
  source: z.string().min(1).max(100),
  type: z.string().regex(EVENT_TYPE).max(200),
  /** the aggregate's id */
  subject: z.uuid(),
  time: z.iso.datetime({ offset: true }),
  /** counts the aggregate's changes; newer is higher */
  version: z.int().positive(),
  tenantid: z.uuid().optional(),
  actorid: z.uuid().optional(),
  /** the administrator behind an impersonated actor */
  actedbyid: z.uuid().optional(),
  traceparent: z.string().regex(TRACEPARENT).optional(),
  requestid: z.string().min(1).max(100).optional(),
}

/** Any event, its data not yet checked. Unknown attributes are left out: a later version may add some. */
export const AnyEvent = z.object({ ...attributes, data: z.unknown() })
export type AnyEvent = z.infer<typeof AnyEvent>

/** An event of one contract as handlers get it. */
export type EventOf<D extends z.ZodObject> = Omit<AnyEvent, 'data'> & { readonly data: z.infer<D> }

/** A contract: what `enqueue` takes and `consume` checks. `type` doubles as the routing key. */
export type EventContract<D extends z.ZodObject = z.ZodObject> = {
  readonly type: string
  readonly source: string
  readonly data: D
  /** @throws {z.ZodError} it is not an event of this contract */
  readonly parse: (value: unknown) => EventOf<D>
}

/** Adding an optional field keeps the version in `type`; anything else is a new contract beside the old one. */
export function defineEvent<D extends z.ZodObject>({ type, source, data }: { type: string; source: string; data: D }): EventContract<D> {
  if (!EVENT_TYPE.test(type) || !type.startsWith(`${source}.`)) throw new Error(`Event type ${type} is not <source>.<subject>.<verb>.v<n>`)
  const envelope = z.object({ ...attributes, type: z.literal(type), source: z.literal(source) })
  const parse = (value: unknown): EventOf<D> => {
    const event = AnyEvent.parse(value)
    return { ...envelope.parse(event), data: data.parse(event.data) }
  }
  return { type, source, data, parse }
}

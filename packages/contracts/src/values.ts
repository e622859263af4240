/** Values that many contracts use, each with the bounds that the rest of the product relies on. */
import { z } from 'zod'

/** A UUID in its one spelling: Keto and caches compare text, so upper case is folded here and nowhere else. */
export const Id = z.uuid().toLowerCase()

/** ISO 8601 in UTC, as we answer it. */
export const Timestamp = z.iso.datetime()

/**
 * A moment as a caller writes it, any offset that a clock on Earth has. Bounded because Postgres has no year 0, no offset of 16 hours
 * and no text of any length for a moment.
 */
export const Moment = z.iso
  .datetime({ offset: true })
  .max(40)
  .regex(/(?:Z|[+-](?:0[0-9]|1[0-5]):[0-9]{2})$/, 'Offsets are less than 16 hours')
  .refine((text) => Number(text.slice(0, 4)) >= 1900, 'Years start at 1900')

/** `true` or `false` in a query. */
export const QueryBoolean = z.enum(['true', 'false']).transform((text) => text === 'true')

/** Languages that we speak. */
export const Locale = z.enum(['en', 'nl'])
export type Locale = z.infer<typeof Locale>

const zoneNames = new Map(Intl.supportedValuesOf('timeZone').map((name) => [name.toLowerCase(), name]))

/** An IANA time zone; older names of zones count, offsets such as `+01:00` do not. Known names get their usual spelling. */
export const TimeZone = z
  .string()
  .min(1)
  .max(64)
  .refine(isTimeZone, 'A time zone such as Europe/Amsterdam')
  .transform((name) => zoneNames.get(name.toLowerCase()) ?? name)

function isTimeZone(name: string): boolean {
  if (!/^[A-Z][A-Za-z0-9_+/-]*$/i.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    // A RangeError is how Intl says that it knows no such zone.
    return false
  }
}

/** The body of a 204. */
export const noContent = z.undefined()

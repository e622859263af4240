/** How many guests may come from one place: each costs two rows in Kratos, and nobody has to say who they are. */
import { isIPv6 } from 'node:net'
import { TooManyRequests } from '@app/contracts/common-problems'
import { sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'

/** From one /24 or /64 in the last five minutes; a class room behind one address stays below it. */
const maxPerRange = 60
const windowMinutes = 5

/** Counts the arrival. @throws {TooManyRequests} */
export async function admitGuest(
  { app, guestsPerRange = maxPerRange }: Pick<Deps, 'app' | 'guestsPerRange'>,
  address: string | null,
): Promise<void> {
  const [row] = await app.db.execute<{ count: number }>(sql`
    with arrived as (
      insert into guest_arrivals (address_range, minute) values (${rangeOf(address)}, date_trunc('minute', now()))
      on conflict (address_range, minute) do update set count = guest_arrivals.count + 1 returning count
    )
    select (select count from arrived) + coalesce(sum(count), 0)::int as count from guest_arrivals
    where address_range = ${rangeOf(address)} and minute > now() - make_interval(mins => ${windowMinutes}) and minute < date_trunc('minute', now())`)
  if ((row?.count ?? 0) > guestsPerRange) throw TooManyRequests('Too many guests came from your network', { retryAfterSeconds: 60 })
}

/** The /24 or /64. Without an address all count together. */
export function rangeOf(address: string | null): string {
  if (address === null) return 'unknown'
  if (!isIPv6(address)) return address.split('.').slice(0, 3).join('.')
  const mapped = /^::ffff:(\d+\.\d+\.\d+)\.\d+$/i.exec(address)?.[1]
  return mapped ?? firstHalf(address)
}

/** The /64, with what `::` stands for written out. */
function firstHalf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? []
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':')
    while (groups.length + after.length < 8) groups.push('0')
    groups.push(...after)
  }
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

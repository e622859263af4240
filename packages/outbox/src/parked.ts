import type { Database } from '@app/db/database'
import { newId } from '@app/db/id'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Consumer } from './consume.ts'
import { hashOf, keptBody, readBody } from './message.ts'
import { breaksContract, isOutage, reasonOf } from './reason.ts'

const MAX_ATTEMPTS = 20
const MAX_DELAY_S = 3_600
/** What waits for somebody to come back is asked often, so that it goes on within seconds. */
const MAX_OUTAGE_DELAY_S = 2
/** While an attempt runs, nobody else takes the row; a process that dies in it costs at least this much. */
const LEASE_S = 5

export type ParkedEvent = { readonly id: string; readonly attempts: number; readonly body: Buffer }

const ParkedRow = z.object({ id: z.uuid(), attempts: z.int(), body: z.instanceof(Uint8Array) })

/** Seconds until the next attempt: doubles, with up to a quarter of jitter so that a crowd does not come back at once. */
export function retryDelaySeconds(attempts: number, outage: boolean, random = Math.random()): number {
  const base = Math.min(2 ** Math.min(attempts, 30), outage ? MAX_OUTAGE_DELAY_S : MAX_DELAY_S)
  return base * (0.75 + random / 4)
}

/** Keeps an event that failed as a row, so that its message can be acknowledged. A repeat changes nothing. */
export async function park(system: Database, consumer: Consumer, queue: string, body: Buffer, error: unknown): Promise<'waiting' | 'dead'> {
  const dead = breaksContract(error)
  const delayS = retryDelaySeconds(0, isOutage(error))
  await system.db.execute(sql`
    insert into parked_events (id, consumer, key, type, body, attempts, run_at, dead_at, reason)
    values (${newId()}, ${queue}, ${keyOf(consumer, body)}, ${consumer.type}, ${keptBody(body)}, 1,
      ${dead ? sql`null` : sql`now() + ${delayS} * interval '1 second'`}, ${dead ? sql`now()` : sql`null`}, ${reasonOf(error)})
    on conflict (consumer, key) do nothing`)
  return dead ? 'dead' : 'waiting'
}

function keyOf(consumer: Consumer, body: Buffer): string {
  try {
    return consumer.parse(readBody(body)).id
  } catch {
    // Unreadable ones are told apart by their bytes.
    return hashOf(body)
  }
}

/** Whether an event was tried as often as makes sense. */
export function isExhausted({ attempts }: ParkedEvent): boolean {
  return attempts > MAX_ATTEMPTS
}

/** Takes the next due event, if any. Counting the attempt before it begins lets an event that kills the process back off too. */
export async function takeParked(system: Database, queue: string): Promise<ParkedEvent | undefined> {
  const rows = await system.db.execute(sql`
    update parked_events set attempts = attempts + 1, run_at = now() + greatest(${LEASE_S}, least(2 ^ attempts, ${MAX_DELAY_S})) * interval '1 second'
    where id = (
      select id from parked_events where consumer = ${queue} and run_at <= now() order by run_at limit 1 for update skip locked)
    returning id, attempts, body`)
  const row = rows[0]
  if (row === undefined) return undefined
  const { id, attempts, body } = ParkedRow.parse(row)
  return { id, attempts, body: Buffer.from(body) }
}

/** After a failed attempt: when to try again, or dead with the reason. Attempts during somebody's outage do not count. */
export async function postponeParked(system: Database, event: ParkedEvent, error: unknown): Promise<'waiting' | 'dead'> {
  const outage = isOutage(error)
  const dead = breaksContract(error) || (event.attempts >= MAX_ATTEMPTS && !outage)
  const delayS = retryDelaySeconds(event.attempts, outage)
  await system.db.execute(sql`
    update parked_events set reason = ${reasonOf(error)}, attempts = attempts - ${outage ? 1 : 0},
      run_at = ${dead ? sql`null` : sql`now() + ${delayS} * interval '1 second'`}, dead_at = ${dead ? sql`now()` : sql`null`}
    where id = ${event.id}`)
  return dead ? 'dead' : 'waiting'
}

import { InvalidRequest } from '@app/contracts/common-problems'
import type { z } from 'zod'

const MAX_CURSOR_LENGTH = 2_048

/** The position after the last row of a page, opaque to callers: the values of the columns it is sorted by. */
export function encodeCursor(position: z.core.util.JSONType): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/**
 * The position a caller sent back, checked against the shape the list expects.
 *
 * @throws {InvalidRequest} it is not a cursor of this list.
 */
export function decodeCursor<S extends z.ZodType>(schema: S, cursor: string): z.infer<S> {
  if (cursor.length <= MAX_CURSOR_LENGTH) {
    const position = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')))
    if (position.success) return position.data
  }
  throw InvalidRequest(undefined, { errors: [{ path: 'cursor', message: 'Not a cursor of this list' }] })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Refused by every schema, like any other wrong value.
    return undefined
  }
}

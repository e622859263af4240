/** Lists are keyset pages: stable while rows come and go. */
import { z } from 'zod'

/** Spread into a list's query: `z.object({ ...pageQuery, search: … })`. */
export const pageQuery = {
  limit: z.coerce.number<number | string>().int().min(1).max(100).default(25),
  /** `nextCursor` of the page before; opaque. */
  cursor: z.string().min(1).max(1000).optional(),
}

/** `{ items, nextCursor }`; `nextCursor` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

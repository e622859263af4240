/** Rows have a `version`: it leaves as `ETag` and comes back as `If-Match` (RFC 9110 §13.1.1). */
import { InvalidRequest } from '@app/contracts/common-problems'

/** For `answer(200, view, versionHeader(view.version))`. */
export function versionHeader(version: number): { etag: string } {
  return { etag: `"${version}"` }
}

const entityTag = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/
const maxTags = 20

/**
 * The versions that an `If-Match` header allows: null without a condition (absent or `*`), empty when none can match. Weak tags
 * and tags that are not ours never match.
 *
 * @throws {InvalidRequest} it is not a list of entity tags.
 */
export function parseIfMatch(header: string | null): readonly number[] | null {
  if (header === null || header.trim() === '*') return null
  const versions: number[] = []
  const tags = header.split(',')
  for (const tag of tags) {
    const match = entityTag.exec(tag.trim())
    if (!match || tags.length > maxTags) {
      throw InvalidRequest(undefined, { errors: [{ path: 'If-Match', message: 'Send the ETag of an answer, quotes included' }] })
    }
    if (match[1] === undefined && /^[1-9]\d{0,8}$/.test(match[2] ?? '')) versions.push(Number(match[2]))
  }
  return versions
}

/** Names: any script, but nothing that hides, reorders or passes for another. */
import { mixesScripts } from './scripts.ts'

const maxLength = 200
/** Controls, direction marks, private use, half surrogates, unassigned. Joiners are looked at separately. */
const hidden = /[\p{Cc}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u
/** Letters that show nothing. */
const blank = /[\u115f\u1160\u3164\uffa0\u2800]|\u034f|\u17b4|\u17b5/u
/** Joiners are spelling in Arabic and Indic scripts and emoji, and a disguise in Latin, Greek and Cyrillic. */
const needlessJoiner =
  /(^|[\s\p{P}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])[\u200c\u200d]|[\u200c\u200d]([\s\p{P}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\u200c\u200d]|$)/u
const visible = /[^\p{Z}\p{C}\p{M}]/u
/** More marks on one letter than any language stacks: they would run over the lines around them. */
const piledMarks = /\p{M}{9,}/u

/** The name as it is stored (NFC, single blanks, none around it), or null when it is not acceptable. */
export function readPersonName(input: string): string | null {
  const name = input
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim()
  if (name.length === 0 || [...name].length > maxLength || !visible.test(name)) return null
  if (hidden.test(name) || blank.test(name) || needlessJoiner.test(name) || piledMarks.test(name)) return null
  return name.split(/[^\p{L}\p{M}]+/u).some(mixesScripts) ? null : name
}

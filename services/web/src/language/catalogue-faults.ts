import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { z } from 'zod'

const Catalogue = z.record(z.string(), z.string().min(1))

/** What is wrong with a translation: missing and surplus keys, broken ICU, other arguments than the original. */
export function catalogueFaults(original: unknown, translation: unknown): string[] {
  const from = Catalogue.parse(original)
  const to = Catalogue.parse(translation)
  const faults: string[] = []
  for (const [key, text] of Object.entries(from)) {
    const translated = to[key]
    if (translated === undefined) faults.push(`${key}: missing`)
    else if (argumentsOf(text) !== argumentsOf(translated)) faults.push(`${key}: uses other values (${argumentsOf(text)})`)
  }
  for (const key of Object.keys(to)) if (!(key in from)) faults.push(`${key}: not in the original`)
  return faults
}

function argumentsOf(text: string): string {
  const names = new Set<string>()
  const visit = (elements: MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type !== TYPE.literal && element.type !== TYPE.pound) names.add(element.value)
      if (element.type === TYPE.plural || element.type === TYPE.select)
        for (const option of Object.values(element.options)) visit(option.value)
    }
  }
  visit(parse(text))
  return [...names].sort().join(', ')
}

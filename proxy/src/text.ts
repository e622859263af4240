/** Small pieces for printing nginx configuration. */

/** Lines of one block, indented by two spaces. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => (line === '' ? '' : `  ${line}`)), '}']
}

/** A value between double quotes. The input schema keeps quotes, backslashes and dollar signs out. */
export const quoted = (value: string): string => `"${value}"`

/** `map` with a pattern and a value per entry. */
export function map(source: string, target: string, entries: readonly (readonly [pattern: string, value: string])[]): string[] {
  return block(
    `map ${source} ${target}`,
    entries.map(
      ([pattern, value]) => `${pattern === 'default' ? pattern : quoted(pattern)} ${value.startsWith('$') ? value : quoted(value)};`,
    ),
  )
}

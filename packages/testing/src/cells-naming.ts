import type { Database } from '@app/db/database'

/**
 * Which columns of a database hold one of these texts anywhere in a value, bytes included: `table.column`, sorted. As the owner, who
 * sees every row.
 */
export async function cellsNaming({ db }: Pick<Database, 'db'>, texts: readonly string[]): Promise<string[]> {
  const tables = await db.execute<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  )
  const wanted = texts.flatMap((text) => [text, Buffer.from(text).toString('hex'), text.replaceAll('-', '')])
  const found: string[] = []
  for (const { name } of tables) {
    const cells = await db.execute<{ name: string }>(`
      select distinct cell.name from "${name}" t, jsonb_each_text(to_jsonb(t)) as cell (name, content)
      where exists (select from unnest(array[${wanted.map(literal).join(', ')}]) one where strpos(lower(cell.content), lower(one)) > 0)`)
    found.push(...cells.map((cell) => `${name}.${cell.name}`))
  }
  return found.sort()
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

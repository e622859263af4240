/** Reads a service's environment once, at its start, and stops the start with one message that names everything wrong. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

export type Environment = Readonly<Record<string, string | undefined>>

/** The start must stop: its message lists every bad variable and what it should be, never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/**
 * The variables that the schema names, parsed. Each may also come as `NAME_FILE`, a file that holds the value; an empty
 * value counts as not set; other variables are not looked at.
 *
 * @throws {ConfigError} something is missing, malformed, given twice, or its file cannot be read.
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.output<Schema> {
  const problems = new Map<string, string>()
  const values: Record<string, string> = {}
  for (const name of Object.keys(schema.shape)) {
    const found = findValue(name, env)
    if (found.problem) problems.set(name, found.problem)
    if (found.value !== undefined) values[name] = found.value
  }
  const result = schema.safeParse(values)
  for (const issue of result.error?.issues ?? []) {
    const name = String(issue.path[0] ?? 'configuration')
    if (!problems.has(name)) problems.set(name, describeIssue(schema, name, issue, name in values))
  }
  if (problems.size > 0 || !result.success) throw new ConfigError([...problems].map(([name, problem]) => `${name}: ${problem}`))
  return result.data
}

function findValue(name: string, env: Environment): { value?: string; problem?: string } {
  const value = env[name] || undefined
  const file = env[`${name}_FILE`] || undefined
  if (value !== undefined && file !== undefined) return { problem: `is set, and so is ${name}_FILE; set only one of them` }
  if (file === undefined) return value === undefined ? {} : { value }
  try {
    const content = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    return content === '' ? { problem: `${name}_FILE names ${file}, which is empty` } : { value: content }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    return { problem: `${name}_FILE names ${file}, which cannot be read (${code})` }
  }
}

function describeIssue(schema: z.ZodObject, name: string, issue: { message: string }, isSet: boolean): string {
  const field = schema.shape[name]
  const description = field instanceof z.ZodType ? field.description : undefined
  const wanted = description ? `should be ${description}` : issue.message
  return isSet ? `${wanted}${description ? ` (${issue.message})` : ''}` : `is not set; ${description ? wanted : 'it has no default'}`
}

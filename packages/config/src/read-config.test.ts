import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { httpUrl, logLevel, origin, port, secret, secretList, serviceFields } from './fields.ts'
import { ConfigError, readConfig } from './read-config.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function problemsOf(schema: z.ZodObject, env: Record<string, string>) {
  try {
    readConfig(schema, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('readConfig', () => {
  it('parses what the schema names and ignores the rest', () => {
    const config = readConfig(z.object(serviceFields), {
      VESTIBULE_PUBLIC_URL: 'http://localhost:8080/',
      VESTIBULE_LISTEN_PORT: '4020',
      VESTIBULE_INTERNAL_PORT: '4021',
      VESTIBULE_OTHER: 'x',
      PATH: '/bin',
    })
    expect(config).toEqual({
      VESTIBULE_PUBLIC_URL: 'http://localhost:8080',
      VESTIBULE_ALLOWED_ORIGINS: [],
      VESTIBULE_LISTEN_HOST: '127.0.0.1',
      VESTIBULE_LISTEN_PORT: 4020,
      VESTIBULE_INTERNAL_PORT: 4021,
      VESTIBULE_LOG_LEVEL: 'info',
      VESTIBULE_PASSWORD_MAX_AGE_DAYS: 0,
      VESTIBULE_TERMS_VERSION: '',
      VESTIBULE_SESSION_CACHE: 'on',
    })
  })

  it('names every bad variable and what it should be, without its value', () => {
    const schema = z.object({ A_PORT: port, B_URL: httpUrl, C_LEVEL: logLevel, D_SECRET: secret })
    const problems = problemsOf(schema, { A_PORT: 'abc-123', C_LEVEL: 'loud', D_SECRET: 'hunter2' })
    expect(problems).toHaveLength(4)
    expect(problems[0]).toContain('A_PORT: should be a port number')
    expect(problems[1]).toBe('B_URL: is not set; should be an http or https address')
    expect(problems[3]).toContain('D_SECRET: should be a secret')
    expect(problems.join()).not.toMatch(/hunter2|abc-123/)
  })

  it('takes an empty value for not set', () => {
    expect(readConfig(z.object({ A: z.string().default('d') }), { A: '' })).toEqual({ A: 'd' })
  })

  it('reads a secret from the file that NAME_FILE names', () => {
    const path = file('s', 'sixteen-letters-here\n')
    expect(readConfig(z.object({ S: secret }), { S_FILE: path })).toEqual({ S: 'sixteen-letters-here' })
  })

  it('says which file is missing or empty, and when both forms are given', () => {
    const schema = z.object({ S: secret })
    expect(problemsOf(schema, { S_FILE: join(folder, 'none') })[0]).toMatch(/^S: S_FILE names .*none, which cannot be read \(ENOENT\)$/)
    expect(problemsOf(schema, { S_FILE: file('e', '\n') })[0]).toContain('which is empty')
    expect(problemsOf(schema, { S: 'x', S_FILE: 'y' })[0]).toContain('set only one of them')
  })
})

describe('secretList', () => {
  it('has a secret per line, the current one first', () => {
    expect(secretList.parse('first-first-first-1\r\n\n second-second-22 \n')).toEqual(['first-first-first-1', 'second-second-22'])
  })

  it('refuses no secret and a weak one', () => {
    expect(secretList.safeParse('\n').success).toBe(false)
    expect(secretList.safeParse('first-first-first-1\nx').success).toBe(false)
  })
})

it('takes other origins to the letter only', () => {
  const schema = z.object({ OTHERS: serviceFields.VESTIBULE_ALLOWED_ORIGINS })
  expect(readConfig(schema, { OTHERS: 'https://app.example.com, http://localhost:5173' }).OTHERS).toEqual([
    'https://app.example.com',
    'http://localhost:5173',
  ])
  for (const text of ['*', 'https://*.example.com', 'https://app.example.com/', 'https://APP.example.com', 'null', 'ftp://a.example'])
    expect(problemsOf(schema, { OTHERS: text }), text).toHaveLength(1)
})

it('refuses an origin with a path', () => {
  expect(origin.safeParse('http://localhost:8080/app').success).toBe(false)
  expect(origin.safeParse('not an origin').success).toBe(false)
  expect(port.safeParse('65536').success).toBe(false)
})

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { describeError } from './describe-error.ts'
import { createLog, withoutNet } from './log.ts'

function captured() {
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  return { lines, log: createLog({ service: 'users', destination }) }
}

describe('createLog', () => {
  it('writes one JSON line with service, level and time', () => {
    const { lines, log } = captured()
    log.info({ requestId: 'r' }, 'hello')
    log.debug('too quiet')
    expect(lines).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), service: 'users', requestId: 'r', message: 'hello' },
    ])
  })

  it('cuts out what should not have been handed over', () => {
    const { lines, log } = captured()
    log.info({ headers: { cookie: 'abc' }, token: 'abc', request: { authorization: 'abc' } })
    expect(JSON.stringify(lines)).not.toContain('abc')
  })

  it('leaves lines without the net as they are handed over, and others under it', () => {
    const { lines, log } = captured()
    withoutNet(log).info({ token: 'named by us' }, 'x')
    log.info({ token: 'abc' }, 'x')
    expect(lines.map(({ token, service, level }) => [token, service, level])).toEqual([
      ['named by us', 'users', 'info'],
      [undefined, 'users', 'info'],
    ])
  })

  it('writes the last lines of a process that ends, also on an error that nobody caught', async () => {
    const source = (end: string) => `import { createLog } from '${new URL('./log.ts', import.meta.url)}'
      const log = createLog({ service: 'users' }); log.info('first'); log.info('last'); ${end}`
    for (const end of ['process.exit(3)', 'setTimeout(() => {}, 0)', "log.fatal('x'); process.exit(3)"]) {
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source(end)], { encoding: 'utf8' })
      expect(stdout).toContain('"message":"last"')
    }
  })

  it('describes errors in every line that has one', () => {
    const { lines, log } = captured()
    log.error({ err: new TypeError('x is not a function') }, 'failed')
    expect(lines[0]).toMatchObject({ err: { name: 'TypeError', message: 'x is not a function', stack: expect.stringContaining('at ') } })
  })
})

describe('describeError', () => {
  it('leaves out parameters and values of a failed query', () => {
    const postgres = Object.assign(new Error('Key (email)=(ada@example.org) already exists.'), {
      name: 'PostgresError',
      code: '23505',
      detail: 'Key (email)=(ada@example.org)',
      constraint_name: 'users_email',
      parameters: ['ada@example.org'],
    })
    const drizzle = Object.assign(new Error('Failed query: insert …\nparams: ada@example.org', { cause: postgres }), {
      query: 'insert into users values ($1)',
      params: ['ada@example.org'],
    })
    const described = describeError(drizzle)
    expect(described).toMatchObject({
      name: 'QueryError',
      query: 'insert into users values ($1)',
      cause: { name: 'PostgresError', code: '23505', constraint: 'users_email' },
    })
    expect(JSON.stringify(described)).not.toContain('ada@')
  })

  it('ends with causes that go round', () => {
    const error = new Error('a')
    error.cause = error
    expect(JSON.stringify(describeError(error)).length).toBeLessThan(20_000)
  })

  it('survives what is not an error', () => {
    expect(describeError('boom')).toEqual({ name: 'thrown string' })
    expect(describeError(undefined)).toEqual({ name: 'thrown undefined' })
  })

  it('describes the parts of an aggregate', () => {
    expect(describeError(new AggregateError([new Error('one')], 'all'))).toMatchObject({ message: 'all', errors: [{ message: 'one' }] })
  })
})

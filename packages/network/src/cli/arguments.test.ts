import { expect, it } from 'vitest'
import { parseArguments } from './arguments.ts'

const accepted = { usage: 'usage: x', switches: ['--logs'], variables: ['VESTIBULE_PORT_SHIFT'], positionals: [0, 1] as const }

it('reads switches, words and flags that stand for variables', () => {
  const found = parseArguments(['users', '--logs', '--port-shift', '-5'], accepted)
  expect(found.positionals).toEqual(['users'])
  expect([...found.switches]).toEqual(['--logs'])
  expect(found.settings).toEqual({ VESTIBULE_PORT_SHIFT: '-5' })
  expect(parseArguments(['--port-shift=7'], accepted).settings).toEqual({ VESTIBULE_PORT_SHIFT: '7' })
})

it.each([[['--nope']], [['a', 'b']], [['--port-shift']], [['-x']]])('answers %j with the usage and exit code 2', (args) => {
  expect(() => parseArguments(args, accepted)).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining('usage: x') }),
  )
})

import { expect, it } from 'vitest'
import { lastMeaningfulLine } from './last-words.ts'

it.each([
  ['plain\nFATAL: could not bind\nnpm said bye', 'FATAL: could not bind'],
  ['{"level":"fatal","msg":"stopped","err":{"message":"VESTIBULE_X is missing"}}', 'stopped: VESTIBULE_X is missing'],
  [
    '{"level":"fatal","message":"bad configuration","err":{"message":"VESTIBULE_X is missing"}}\n',
    'bad configuration: VESTIBULE_X is missing',
  ],
  ['\u001b[31mred words\u001b[0m\n\n', 'red words'],
  ['', null],
  [
    'creating folder ...\ninitdb: error: write failed: No space left on device\nPANIC: cannot abort',
    'the disk is full: free some space and run the command again (initdb: error: write failed: No space left on device)',
  ],
])('reads %j', (text, line) => {
  expect(lastMeaningfulLine(text)).toBe(line)
})

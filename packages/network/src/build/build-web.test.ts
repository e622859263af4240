import { expect, it } from 'vitest'
import { viteReason } from './build-web.ts'

it('tells what does not compile and where, without colours and stack trace', () => {
  const output = [
    '✗ Build failed in 95ms',
    'error during build:',
    'Build failed with 1 error:',
    '',
    '\u001b[31m[builtin:vite-transform] \u001b[0mExpected `)` but found `EOF`',
    '    ╭─[ src/main.tsx:44:20 ]',
    '',
    '    at aggregateBindingErrorsIntoJsError (file:///srv/node_modules/rolldown/dist/error.mjs:50:18)',
  ]
  expect(viteReason(output.join('\n'))).toBe('[builtin:vite-transform] Expected `)` but found `EOF`\n    ╭─[ src/main.tsx:44:20 ]')
})

it('quotes what a program says that is not vite', () => {
  expect(viteReason('node: bad option\nsomething could not be read\n')).toBe('something could not be read')
  expect(viteReason('')).toBeNull()
})

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelOf, readPermissionCases } from './permission-cases.ts'
import { type PrivateKeto, startPrivateKeto } from './private-keto.ts'

const model = await readFile(fileURLToPath(new URL('../keto/namespaces.ts', import.meta.url)), 'utf8')
const files = await readPermissionCases()

describe('the model', () => {
  let keto: PrivateKeto
  beforeAll(async () => {
    keto = await startPrivateKeto()
  })
  afterAll(() => keto.stop())

  it('passes the syntax check of Keto', async () => {
    const answer = await fetch(`${keto.oplUrl}/opl/syntax/check`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: model,
    })
    expect(await answer.json()).toEqual({})
  })

  it('declares every namespace that the file names', async () => {
    const answer = await fetch(`${keto.readUrl}/namespaces`)
    const declared = [...model.matchAll(/^class (\w+) implements Namespace/gm)].map((match) => ({ name: match[1] }))
    expect(await answer.json()).toEqual({ namespaces: declared })
  })

  it('has an allowed and a denied case for every permit', () => {
    const cases = files.flatMap((file) => file.cases)
    for (const permit of permitsOf(model)) {
      const verdicts = new Set(cases.filter(({ check }) => `${check.namespace}.${check.relation}` === permit).map(({ allowed }) => allowed))
      expect([permit, verdicts.has(true), verdicts.has(false)]).toEqual([permit, true, true])
    }
  })

  it('has no bare negation and no mix of operators without parentheses', () => {
    for (const body of model.matchAll(/boolean =>([^,]+),/g)) {
      expect(body[1]).not.toMatch(/!/)
      const flat = flatten(body[1] ?? '')
      expect(flat.includes('||') && flat.includes('&&'), body[1]).toBe(false)
    }
  })
})

// A Keto for each file: the tuples of one must not decide the cases of another.
describe.each(files)('$title', ({ tuples, cases }) => {
  let keto: PrivateKeto
  beforeAll(async () => {
    keto = await startPrivateKeto()
    const body = JSON.stringify(tuples.map((relation_tuple) => ({ action: 'insert', relation_tuple })))
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${keto.writeUrl}/admin/relation-tuples`, { method: 'PATCH', headers, body })
    expect(answer.status).toBe(204)
  })
  afterAll(() => keto.stop())

  it.each(cases.map((one) => ({ label: labelOf(one), ...one })))('$label', async ({ subject, check, allowed }) => {
    const query = new URLSearchParams({ ...check, ...prefixed(subject) })
    const answer = await fetch(`${keto.readUrl}/relation-tuples/check/openapi?${query}`)
    expect([answer.status, await answer.json()]).toEqual([200, { allowed }])
  })

  it('gives the same verdicts in a batch', async () => {
    const checks = cases.map(({ subject, check }) => ({ ...check, subject_set: subject }))
    const answer = await fetch(`${keto.readUrl}/relation-tuples/batch/check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tuples: checks }),
    })
    expect(await answer.json()).toEqual({ results: cases.map(({ allowed }) => ({ allowed })) })
  })
})

const prefixed = (subject: Record<string, string>) =>
  Object.fromEntries(Object.entries(subject).map(([key, value]) => [`subject_set.${key}`, value]))

function permitsOf(text: string): string[] {
  return text.split(/^class /m).flatMap((block) => {
    const name = /^(\w+) implements/.exec(block)?.[1]
    return [...block.matchAll(/^\s+"?([\w.]+)"?: \(ctx/gm)].map((match) => `${name}.${match[1]}`)
  })
}

/** The expression with everything inside parentheses removed, calls included. */
function flatten(expression: string): string {
  let text = expression
  for (let before = ''; before !== text; ) {
    before = text
    text = text.replace(/\([^()]*\)/g, '')
  }
  return text
}

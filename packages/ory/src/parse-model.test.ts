import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generatedModel, generateModel, modelSource } from './generate-model.ts'
import { parseModel } from './parse-model.ts'

const sound = `
import { Namespace, SubjectSet, Context } from '@ory/keto-namespace-types'
class User implements Namespace {}
class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
/* a comment */
class File implements Namespace {
  related: { parents: File[], owners: User[]; "file.read": SubjectSet<Group, "members">[] }
  permits = {
    own: (ctx: Context): boolean => this.related.owners.includes(ctx.subject),
    view: (ctx) => this.permits.own(ctx) || this.related["file.read"].includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx)),
    edit: (ctx): boolean => (this.permits.own(ctx) || this.permits.view(ctx)) && !this.related["file.read"].includes(ctx.subject),
  }
}`

/** The sound model with one place changed. */
function changed(from: string, to: string): string {
  expect(sound).toContain(from)
  return sound.replace(from, to)
}

it('keeps the compiled model equal to the model that Keto reads', () => {
  expect(readFileSync(generatedModel, 'utf8')).toBe(generateModel(readFileSync(modelSource, 'utf8')))
})

it('reads a sound model', () => {
  const model = parseModel(sound)
  expect([...model.keys()]).toEqual(['User', 'Group', 'File'])
  expect([...(model.get('File')?.permits.keys() ?? [])]).toEqual(['own', 'view', 'edit'])
  expect(model.get('File')?.relations.get('file.read')).toEqual([{ namespace: 'Group', relation: 'members' }])
})

describe('what Keto takes silently for something else is refused', () => {
  const own = 'this.related.owners.includes(ctx.subject)'
  it.each([
    ['an empty file', () => '', /no class/],
    ['a misspelt class', () => changed('class Group', 'clas Group'), /expected class/],
    ['text outside of a class', () => `${sound}\nfunction f`, /expected class/],
    ['a missing operator', () => changed('this.permits.own(ctx) ||', 'this.permits.own(ctx)'), /comma/],
    ['a missing parenthesis', () => changed('.permits.view(ctx)) &&', '.permits.view(ctx) &&'), /expected \)|one group/],
    [
      'mixed operators',
      () => changed('(this.permits.own(ctx) || this.permits.view(ctx)) &&', 'this.permits.own(ctx) || this.permits.view(ctx) &&'),
      /one group/,
    ],
    ['a bare negation', () => changed(`=> ${own}`, `=> !${own}`), /bare !/],
    [
      'a negation beside ||',
      () => changed('this.permits.own(ctx) || this.related["file', '!this.permits.own(ctx) || this.related["file'),
      /bare !/,
    ],
    ['two relations of one name', () => changed('parents: File[],', 'owners: File[],'), /second relation owners/],
    ['two permits of one name', () => changed('edit:', 'view:'), /second permit view/],
    ['a permit with the name of a relation', () => changed('edit:', 'owners:'), /both called owners/],
    ['two classes of one name', () => changed('class Group', 'class User'), /second class User/],
    ['a comma that is missing between permits', () => changed(`${own},`, own), /comma/],
    ['a type that is not declared', () => changed('owners: User[]', 'owners: Person[]'), /no class Person/],
    [
      'a subject set over an unknown relation',
      () => changed('SubjectSet<Group, "members">[] }', 'SubjectSet<Group, "member">[] }'),
      /no relation member/,
    ],
    ['an unknown relation in a permit', () => changed('this.related.owners', 'this.related.owner'), /no relation owner/],
    ['an unknown permit in a permit', () => changed('|| this.permits.view', '|| this.permits.look'), /no permit look/],
    ['an unknown permit behind traverse', () => changed('p.permits.view', 'p.permits.look'), /no permit look/],
    ['another name than the lambda’s', () => changed('=> p.permits', '=> q.permits'), /expected p/],
    [
      'more than one term behind traverse',
      () => changed('p.permits.view(ctx)', 'p.permits.view(ctx) || p.permits.own(ctx)'),
      /expected \)/,
    ],
    ['permits that lead back to themselves', () => changed(`=> ${own}`, '=> this.permits.view(ctx)'), /leads back/],
    ['a relation that Keto cannot store', () => sound.replaceAll('owners', 'o'.repeat(65)), /64 characters/],
    ['an import from another file', () => changed("'@ory/keto-namespace-types'", "'./other'"), /one file/],
    ['a character that is none of the language', () => changed('class User', 'class Usér'), /unexpected/],
    ['a file that ends early', () => sound.slice(0, -2), /end of file/],
    ['a comment that does not end', () => changed('/* a comment */', '/* a comment'), /unexpected/],
  ])('%s', (_, text, reason) => {
    expect(() => parseModel(text())).toThrow(reason)
  })
})

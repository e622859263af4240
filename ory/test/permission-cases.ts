import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'

const folder = fileURLToPath(new URL('../keto/cases/', import.meta.url))

const name = String.raw`[A-Za-z_][\w]*`
const subjectText = new RegExp(`^(${name}):([^#@\\s]+)(?:#([\\w.]+))?$`)
const checkText = new RegExp(`^(${name}):([^#@\\s]+)#(${name})$`)

const Subject = z.string().transform((text, context) => {
  const [, namespace = '', object = '', relation = ''] = subjectText.exec(text) ?? context.addIssue(`not a subject: ${text}`) ?? []
  return { namespace, object, relation }
})
const Check = z.string().transform((text, context) => {
  const [, namespace = '', object = '', relation = ''] =
    checkText.exec(text) ?? context.addIssue(`not an object and a permit: ${text}`) ?? []
  return { namespace, object, relation }
})
const Tuple = z.string().transform((text, context) => {
  const [left = '', right = ''] = text.split('@')
  const object = /^([^:]+):([^#]+)#(.+)$/.exec(left)
  const subject = Subject.safeParse(right)
  if (!object?.[1] || !object[2] || !object[3] || !subject.success) {
    context.addIssue(`not a tuple: ${text}`)
    return z.NEVER
  }
  return { namespace: object[1], object: object[2], relation: object[3], subject_set: subject.data }
})

export const PermissionCases = z.strictObject({
  title: z.string(),
  tuples: z.array(Tuple),
  cases: z.array(z.strictObject({ subject: Subject, check: Check, allowed: z.boolean() })).min(1),
})
export type PermissionCases = z.infer<typeof PermissionCases>

/** Every file of `keto/cases`, parsed. */
export async function readPermissionCases(): Promise<PermissionCases[]> {
  const names = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort()
  return Promise.all(names.map(async (file) => PermissionCases.parse(parse(await readFile(`${folder}${file}`, 'utf8')))))
}

export const labelOf = ({ subject, check, allowed }: PermissionCases['cases'][number]) =>
  `${allowed ? 'allows' : 'denies'} ${subject.namespace}:${subject.object} ${check.namespace}:${check.object}#${check.relation}`

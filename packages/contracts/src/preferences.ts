/** Small things that the product remembers for whoever uses it, guests too: served by users. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { defineProblem } from './problem.ts'
import { noContent, Timestamp } from './values.ts'

/** As JSON; what is larger is a file. */
export const preferenceMaxBytes = 4096
export const preferencesMax = 100

export const TooManyPreferences = defineProblem({
  code: 'too-many-preferences',
  status: 409,
  title: 'There is no room for another preference',
})

/** `app.sidebar`: lower case, dots between the words. */
const PreferenceKey = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$/, 'Lower case words of letters, digits and hyphens with dots between them')

export const PreferenceView = z.object({ key: z.string(), value: z.json(), updatedAt: Timestamp })
export type PreferenceView = z.infer<typeof PreferenceView>

export const listPreferences = contract({
  method: 'get',
  path: '/preferences',
  summary: 'Everything that is remembered for the caller, by key',
  answers: { 200: z.object({ items: z.array(PreferenceView) }) },
})

export const setPreference = contract({
  method: 'put',
  path: '/preferences/{key}',
  summary: `Remembers a value, at most ${preferenceMaxBytes} bytes of JSON, in place of the one before`,
  params: z.strictObject({ key: PreferenceKey }),
  body: z.strictObject({
    value: z
      .json()
      .refine(
        (value) => new TextEncoder().encode(JSON.stringify(value)).length <= preferenceMaxBytes,
        `At most ${preferenceMaxBytes} bytes as JSON`,
      ),
  }),
  answers: { 200: PreferenceView },
  problems: [TooManyPreferences],
})

export const removePreference = contract({
  method: 'delete',
  path: '/preferences/{key}',
  summary: 'Forgets a value; also when there is none',
  params: z.strictObject({ key: PreferenceKey }),
  answers: { 204: noContent },
})

/** What is known about a person, as one file for them. Identity collects it; each service answers for its own tables. */
import { z } from 'zod'
import { contract } from './contract.ts'
import { Id, Timestamp } from './values.ts'

/** Rows of one kind, as JSON: for people to read and for programs to take over. */
const Part = z.array(z.record(z.string(), z.json()))
export const ArchiveParts = z.record(z.string().regex(/^[a-z][A-Za-z]{0,39}$/), Part)
export type ArchiveParts = z.infer<typeof ArchiveParts>

/** Of every service that keeps rows of people, on its internal port. */
export const exportPerson = contract({
  method: 'post',
  path: '/internal/people/{userId}/export',
  summary: 'Everything that this service keeps of a person, without secrets and without anybody else',
  params: z.strictObject({ userId: Id }),
  /** Addresses and numbers that are the person's, and since when: what was sent there before was somebody else's. */
  body: z.strictObject({ addresses: z.array(z.strictObject({ address: z.string().max(320), since: Timestamp })).max(10) }),
  answers: { 200: z.object({ parts: ArchiveParts }) },
})

export const ArchiveView = z.object({
  /** Of this form. */
  version: z.literal(1),
  userId: Id,
  madeAt: Timestamp,
  /** By service. */
  services: z.record(z.string(), ArchiveParts),
})
export type ArchiveView = z.infer<typeof ArchiveView>

export const readArchive = contract({
  method: 'get',
  path: '/archive',
  summary: 'Everything that is known about the person who is signed in, as a file; after a fresh sign-in; five an hour',
  answers: { 200: ArchiveView },
})

import { createHash } from 'node:crypto'
import type { OryInputSource } from '../src/input.ts'

/** Random-looking, the same in every run: nothing a test prints is worth keeping secret. */
export const sampleSecret = (seed: string) => createHash('sha256').update(`sample ${seed}`).digest('base64url').slice(0, 32)

/** A whole input that is accepted, for tests to change one thing of. */
export const sampleInput = (): OryInputSource => ({
  target: 'native',
  release: 'v1.3.1',
  publicUrl: 'http://localhost:8080',
  kratos: {
    dsn: 'postgres://kratos:secret@127.0.0.1:54320/kratos?sslmode=disable',
    publicHost: '127.0.0.1',
    publicPort: 44330,
    adminHost: '127.0.0.1',
    adminPort: 44340,
  },
  keto: {
    dsn: 'postgres://keto:secret@127.0.0.1:54320/keto?sslmode=disable',
    read: { host: '127.0.0.1', port: 44660 },
    write: { host: '127.0.0.1', port: 44670 },
    metrics: { host: '127.0.0.1', port: 44680 },
    opl: { host: '127.0.0.1', port: 44690 },
  },
  secrets: { default: [sampleSecret('default')], cookie: [sampleSecret('cookie')], cipher: [sampleSecret('cipher')] },
  hooks: { url: 'http://127.0.0.1:4011', secret: sampleSecret('hooks') },
  courier: { url: 'http://127.0.0.1:4031/internal/courier', secret: sampleSecret('courier') },
})

/** The same for production. */
export const sampleProduction = (): OryInputSource => {
  const input = sampleInput()
  return {
    ...input,
    target: 'production',
    release: 'v26.2.0',
    publicUrl: 'https://vestibule.example.org',
    kratos: {
      ...input.kratos,
      dsn: 'postgres://kratos:secret@db.example.org/kratos?sslmode=verify-full',
      publicHost: '10.0.0.5',
      adminHost: '10.0.0.5',
    },
    keto: { ...input.keto, dsn: 'postgres://keto:secret@db.example.org/keto?sslmode=verify-full' },
    onlyV26: { paginationSecrets: [sampleSecret('pagination')] },
  }
}

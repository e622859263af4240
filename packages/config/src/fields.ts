/** Fields that several services read; each says in its description what it should be. */
import { z } from 'zod'

const address = (schemes: readonly string[], what: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), 'not such an address')
    .describe(what)

export const httpUrl = address(['http:', 'https:'], 'an http or https address')
export const postgresUrl = address(['postgres:', 'postgresql:'], 'a postgres:// address with host, port and database, without credentials')
export const amqpUrl = address(['amqp:', 'amqps:'], 'an amqp:// address')
export const smtpUrl = address(['smtp:', 'smtps:'], 'an smtp:// address')

/** The origin that people see; answers with a trailing slash cut off, because browsers send `Origin` without. */
export const origin = httpUrl
  .refine((text) => URL.canParse(text) && new URL(text).pathname === '/' && !/[?#]/.test(text), 'an origin has no path')
  .transform((text) => new URL(text).origin)
  .describe('an origin such as https://example.org, without a path')

/** Other front-ends, by commas: as browsers send `Origin`, to the letter. */
const originList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  )
  .refine((list) => list.every((one) => /^https?:/.test(one) && URL.canParse(one) && new URL(one).origin === one && !one.includes('*')))
  .describe('exact origins such as https://app.example.com, by commas')

/** 0 lets the system choose, for tests. */
export const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.int().max(65535))
  .describe('a port number from 0 to 65535')

export const secret = z.string().trim().min(16).describe('a secret of at least 16 characters')

/** Text with one secret per line, the current one first: all are accepted, the first is sent. */
export const secretList = z
  .codec(z.string(), z.array(z.string().min(16)).min(1), {
    decode: (text) =>
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    encode: (lines) => lines.join('\n'),
  })
  .describe('one secret per line, each of at least 16 characters')

export const logLevel = z
  .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  .describe('a log level: error, warn, info, debug …')

const days = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number)
  .describe('a number of days from 0 (never) to 9999')

/** What every service reads. Spread into its schema. */
export const serviceFields = {
  VESTIBULE_PUBLIC_URL: origin,
  /** Their browsers may write with a cookie as ours may. */
  VESTIBULE_ALLOWED_ORIGINS: originList.default([]),
  VESTIBULE_LISTEN_HOST: z.string().min(1).default('127.0.0.1').describe('the address to listen on'),
  VESTIBULE_LISTEN_PORT: port,
  VESTIBULE_INTERNAL_PORT: port,
  VESTIBULE_LOG_LEVEL: logLevel.default('info'),
  /** Older passwords have to be replaced before anything else; 0: never. */
  VESTIBULE_PASSWORD_MAX_AGE_DAYS: days.default(0),
  /** Has to be accepted before anything else; empty: there are no terms. */
  VESTIBULE_TERMS_VERSION: z
    .string()
    .regex(/^[A-Za-z0-9._-]{0,40}$/)
    .default('')
    .describe('a version of at most 40 letters, digits, dots and dashes'),
  /** `off` asks Kratos about every request. */
  VESTIBULE_SESSION_CACHE: z.enum(['on', 'off']).default('on').describe('on or off'),
}

/** A service with a database: the roles that requests and workers use. */
export const databaseFields = {
  VESTIBULE_DATABASE_URL: postgresUrl,
  VESTIBULE_DATABASE_APP_PASSWORD: secret,
  VESTIBULE_DATABASE_SYSTEM_PASSWORD: secret,
}

/** What `migrate` reads instead: the owner's password never reaches a serving process. */
export const migrateFields = {
  VESTIBULE_DATABASE_URL: postgresUrl,
  VESTIBULE_DATABASE_OWNER_PASSWORD: secret,
  VESTIBULE_LOG_LEVEL: logLevel.default('info'),
}

export const brokerFields = {
  VESTIBULE_BROKER_URL: amqpUrl,
  VESTIBULE_BROKER_PASSWORD: secret,
  VESTIBULE_EXCHANGE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]{0,60}$/)
    .default('')
    .describe('a prefix of letters, digits, dots and dashes'),
}

/** What the configuration of Kratos and Keto is made from: the one typed source. */
import { z } from 'zod'
import { ProviderInput } from './provider-input.ts'

const port = z.int().min(0).max(65_535)
const duration = z.string().regex(/^\d+(ms|s|m|h)$/, 'must be a number with ms, s, m or h, such as 15m')
const secrets = z.array(z.string()).min(1, 'needs at least one secret')

const KetoEndpoint = z.strictObject({
  host: z.string().min(1),
  /** 0 lets the system choose; `listenFile` then tells which one it chose. */
  port,
  /** Keto writes `host:port` to this file as soon as it listens. */
  listenFile: z.string().startsWith('/').optional(),
})

/** Names only one of the two releases knows; each is refused for the other. */
const OnlyV26 = z.strictObject({
  /** Seals Keto's and Kratos' page tokens; without it they are sealed with a key of zeros. */
  paginationSecrets: secrets.optional(),
  /** Request headers that hooks see; v1.3.1 has a fixed list. */
  hookHeaders: z.array(z.string()).default(['User-Agent', 'True-Client-Ip']),
  /** Wrong tries before a code is dead; v1.3.1 has it fixed at 5. */
  maxCodeSubmissions: z.int().min(1).max(20).default(5),
})

export const OryInput = z.strictObject({
  target: z.enum(['native', 'compose', 'production']),
  /** Kratos' release; Keto's is the one of the same day: v0.14.0 beside v1.3.1, v26.2.0 beside v26.2.0. */
  release: z.enum(['v1.3.1', 'v26.2.0']),
  /** The one origin that people see, e.g. `http://localhost:8080`; no path. */
  publicUrl: z.url({ protocol: /^https?$/ }),
  /** How authenticator apps and passkey dialogs call the product. */
  productName: z.string().min(1).max(60).default('Vestibule'),
  /** Codes by mail or SMS either sign in by themselves or are the second factor: Kratos allows one of the two. */
  codeMode: z.enum(['passwordless', 'second-factor']).default('passwordless'),
  /** Whether numbers that were proven sign in by SMS; without, Kratos knows them as data only. */
  phoneSignIn: z.boolean().default(true),
  /** Where signing in may end beside the public origin: web addresses ending in `/`, and links of apps (`com.example.app://signed-in`). */
  extraReturnUrls: z.array(z.url({ protocol: /^(?:https?|[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)$/ })).default([]),
  /** Says that the addresses which the parts listen on are reachable from inside only (a container network). */
  isNetworkPrivate: z.boolean().default(false),
  /** Kratos' own development mode: weaker hashes, cookies over http, message bodies in the API. Never needed. */
  isDevelopment: z.boolean().default(false),
  kratos: z.strictObject({
    /** `postgres://user:password@host:port/database`, query parameters included, pool sizes excepted. */
    dsn: z.string(),
    /** A whoami holds up to 4 at once; Kratos' own default is twice the processors. */
    maxConnections: z.int().min(4).max(500).default(20),
    publicHost: z.string().min(1),
    publicPort: port,
    adminHost: z.string().min(1),
    adminPort: port,
  }),
  keto: z.strictObject({
    dsn: z.string(),
    maxConnections: z.int().min(4).max(500).default(20),
    read: KetoEndpoint,
    write: KetoEndpoint,
    metrics: KetoEndpoint,
    opl: KetoEndpoint,
  }),
  /** First = current, the others are still accepted. */
  secrets: z.strictObject({
    /** ≥ 16 characters; signs what has no secret of its own. */
    default: secrets,
    /** ≥ 16 characters; session and CSRF cookies. */
    cookie: secrets,
    /** Exactly 32 characters; encrypts upstream tokens. */
    cipher: secrets,
  }),
  /** Identity's internal port, without a path, and the secret that Kratos shows there. */
  hooks: z.strictObject({ url: z.url({ protocol: /^https?$/ }), secret: z.string() }),
  /** Where the courier delivers messages, and the secret it shows there. */
  courier: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    secret: z.string(),
    /** Then Kratos gives a message up for ever; a gateway that is down takes one each second. */
    messageRetries: z.int().min(0).default(100_000),
    pullWait: duration.default('1s'),
  }),
  sessions: z
    .strictObject({
      lifespan: duration.default('24h'),
      /** Before the end; also the rest of the lifespan in which `extend` works. */
      earliestExtend: duration.default('12h'),
      /** How long after signing in a password may be changed without asking for it again. */
      privilegedFor: duration.default('15m'),
    })
    .prefault({}),
  lifespans: z.strictObject({ code: duration.default('15m'), flow: duration.default('1h') }).prefault({}),
  passwords: z
    .strictObject({
      /** Asks haveibeenpwned.com; stalls each new password by 15 s where there is no way out. */
      askHaveIBeenPwned: z.boolean().default(false),
      minLength: z.int().min(8).max(64).default(8),
      /** Refuses passwords that resemble the address. */
      refuseSimilar: z.boolean().default(true),
      /** `docs/decisions/0001-password-hashing.md`. */
      hashing: z
        .discriminatedUnion('algorithm', [
          z.strictObject({ algorithm: z.literal('bcrypt'), cost: z.int().min(12).max(16) }),
          z.strictObject({
            algorithm: z.literal('argon2'),
            memoryMb: z.int().min(8),
            iterations: z.int().min(1),
            parallelism: z.int().min(1).max(64),
          }),
        ])
        .prefault({ algorithm: 'bcrypt', cost: 12 }),
    })
    .prefault({}),
  /** Whose accounts people may sign in with. */
  providers: z.array(ProviderInput).max(20).default([]),
  logLevel: z.enum(['error', 'warn', 'info', 'debug']).default('warn'),
  onlyV26: OnlyV26.optional(),
  /** The folder as Kratos and Keto see it, where that is not where the files are written (a mount). */
  seenAt: z.string().startsWith('/').optional(),
  /** Further settings, merged over the generated ones; every key must be known to both releases. */
  extraKratos: z.record(z.string(), z.unknown()).default({}),
  extraKeto: z.record(z.string(), z.unknown()).default({}),
})
/** As a caller writes it, defaults left out. */
export type OryInputSource = z.input<typeof OryInput>
export type OryInput = z.output<typeof OryInput>

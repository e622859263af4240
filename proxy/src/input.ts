/**
 * What the nginx configuration is made from.
 *
 * Every field is parsed by an allow-list of characters, so that no value can end a directive, open a block or name a
 * variable: whatever passes here may be printed between double quotes.
 */
import { z } from 'zod'

const HOST_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/
const CIDR_IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}(?:\/(?:[12]?\d|3[0-2]))?$/
const CIDR_IPV6 = /^[0-9a-f:]{2,39}(?:\/(?:\d|[1-9]\d|1[01]\d|12[0-8]))?$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what a path must not hold
const SAFE_PATH = /^\/[^\u0000-\u001f\u007f"'\\$]*$/

const isIpv4 = (text: string) => /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split('.').every((part) => Number(part) < 256)
const isIpv6 = (text: string) => /^[0-9a-f:.]{2,45}$/.test(text) && URL.canParse(`http://[${text}]/`)

const Seconds = z.int().min(1).max(600)
const Port = z.int().min(1).max(65_535)
const Path = z.string().regex(SAFE_PATH, 'an absolute path without quotes, backslashes, dollar signs and control characters')

/** A host name, an IPv4 address or a bracketed IPv6 address, with a port: `users:4020`, `127.0.0.1:4020`, `[::1]:4020`. */
const HostPort = z.string().refine((text) => {
  const split = text.lastIndexOf(':')
  const host = text.slice(0, split)
  const port = text.slice(split + 1)
  const hostOk = host.startsWith('[') && host.endsWith(']') ? isIpv6(host.slice(1, -1)) : isIpv4(host) || HOST_NAME.test(host)
  return split > 0 && hostOk && /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535
}, 'host:port')

const ListenHost = z.string().refine((text) => isIpv4(text) || isIpv6(text), 'an IP address')
const Listen = z.strictObject({ host: ListenHost, port: Port })

const Cidr = z
  .string()
  .refine(
    (text) => (CIDR_IPV4.test(text) && isIpv4(text.split('/')[0] ?? '')) || (CIDR_IPV6.test(text) && isIpv6(text.split('/')[0] ?? '')),
    'an IP address or network such as 10.0.0.0/8 or fd00::/8',
  )

const Origin = z.string().refine((text) => URL.canParse(text) && isPlainOrigin(new URL(text), text), 'an http or https origin')

function isPlainOrigin(url: URL, text: string): boolean {
  const host = url.hostname.startsWith('[') ? isIpv6(url.hostname.slice(1, -1)) : HOST_NAME.test(url.hostname)
  return host && ['http:', 'https:'].includes(url.protocol) && url.origin === text.replace(/\/$/, '')
}

/** Requests a second with nothing queued: `burst` more pass at once, what is above gets 429. */
const Rate = z.strictObject({ perSecond: z.int().min(1).max(100_000), burst: z.int().min(0).max(1_000_000) })

/**
 * Rates per address (per /64 for IPv6). A household behind one address must not notice them: a page load is about 20
 * requests, a sign-in is 2 submissions.
 */
const Rates = z.strictObject({
  /** Static files and everything not named below. */
  site: Rate.default({ perSecond: 100, burst: 400 }),
  api: Rate.default({ perSecond: 50, burst: 200 }),
  /** Reads of Kratos: each flow that is started inserts a row. */
  kratos: Rate.default({ perSecond: 30, burst: 120 }),
  /** Submissions: passwords, codes, registrations. The limits per account are the guard's. */
  guard: Rate.default({ perSecond: 5, burst: 50 }),
  /** Requests in progress at the same time. */
  connections: z.int().min(1).max(100_000).default(200),
})

const Paths = z.strictObject({
  pid: Path,
  /** Folder for bodies and answers that do not fit in memory; nginx makes the folders below it. */
  temp: Path,
  accessLog: Path,
  /** A path, or `stderr`. */
  errorLog: z.union([z.literal('stderr'), Path]),
})

/** Scheme and host, and a port, of a place to return to: `https://app.example.com`, `com.example.app://signed-in`. */
const RETURN_PLACE = /^[a-z][a-z0-9.-]*:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?=\/|$)/
const ReturnUrl = z
  .string()
  .regex(/^[\x21-\x7e]+$/)
  .refine((text) => RETURN_PLACE.test(text), 'an address with a scheme and a host')
  .transform((text) => RETURN_PLACE.exec(text)?.[0] ?? '')

const ExactOrigin = Origin.refine((text) => !text.endsWith('/'), 'an origin as browsers send it')

const UPSTREAM_NAME = /^[a-z][a-z0-9-]{0,40}$/
const SEGMENT = /^[a-z][a-z0-9-]{0,60}$/
const TAKEN_SEGMENTS = ['docs']

export const ProxyInput = z
  .strictObject({
    /** The one origin that people use. With `https` the cookies stay Secure and HSTS is sent, whoever ends TLS. */
    publicUrl: Origin,
    listen: z.array(Listen).min(1),
    /** Files of the web app; the API reference is in `api/docs/` below it. */
    webRoot: Path,
    /** Where each part listens; several addresses are replicas. `kratos` and `identity` (the guard) are required. */
    upstreams: z.record(z.string().regex(UPSTREAM_NAME), z.union([HostPort, z.array(HostPort).min(1)])),
    /** First path segments below /api/v1 and the upstream that serves them. */
    segments: z.array(z.strictObject({ segment: z.string().regex(SEGMENT), upstream: z.string().regex(UPSTREAM_NAME) })),
    /** Balancers whose X-Forwarded-For is believed. Nobody's by default. */
    trustedProxies: z.array(Cidr).default([]),
    tls: z
      .strictObject({
        certificate: Path,
        key: Path,
        /** Plain addresses that only redirect to the public URL. */
        redirectListen: z.array(Listen).default([]),
      })
      .nullable()
      .default(null),
    /** Only with TLS: clear-text HTTP/2 is an invitation to smuggle. */
    http2: z.boolean().default(true),
    paths: Paths,
    rates: Rates.prefault({}),
    bodyLimits: z
      .strictObject({ guardKib: z.int().min(1).max(1024).default(64), apiKib: z.int().min(1).max(1_048_576).default(1024) })
      .prefault({}),
    /** How long a part may be silent before 504, and a client may dawdle over a head or pause in a body, in seconds. */
    timeouts: z.strictObject({ client: Seconds.default(10), api: Seconds.default(15), kratos: Seconds.default(20) }).prefault({}),
    /** User of the workers when nginx starts as root; it must be able to read the web files. */
    runAs: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/)
      .nullable()
      .default(null),
    workers: z.union([z.literal('auto'), z.int().min(1).max(64)]).default('auto'),
    /** A DNS server that is asked again while nginx runs (containers change their address). Needs nginx 1.27.3 or newer. */
    resolver: z
      .string()
      .refine((text) => isIpv4(text) || isIpv6(text), 'an IP address')
      .nullable()
      .default(null),
    /** Other origins that a form may end at: identity providers that a sign-in form is redirected to. */
    formOrigins: z.array(Origin).default([]),
    /** Other front-ends: their browsers may read answers of the interfaces and call them with cookies. */
    allowedOrigins: z.array(ExactOrigin).max(20).default([]),
    /** Where Kratos may send a browser that has signed in, beside the public origin. Only scheme and host are compared here. */
    returnUrls: z.array(ReturnUrl).max(40).default([]),
  })
  .superRefine((input, context) => {
    const known = new Set(Object.keys(input.upstreams))
    for (const name of ['kratos', 'identity', ...input.segments.map((segment) => segment.upstream)]) {
      if (!known.has(name)) context.addIssue({ code: 'custom', path: ['upstreams', name], message: 'is missing' })
    }
    const seen = new Set(TAKEN_SEGMENTS)
    for (const [index, { segment }] of input.segments.entries()) {
      if (seen.has(segment)) context.addIssue({ code: 'custom', path: ['segments', index], message: `${segment} is taken` })
      seen.add(segment)
    }
    if (input.tls !== null && !input.publicUrl.startsWith('https:')) {
      context.addIssue({ code: 'custom', path: ['publicUrl'], message: 'must be https when tls is given' })
    }
  })
/** What a caller writes; defaults may be left out. */
export type ProxyInput = z.input<typeof ProxyInput>
/** The same with every default filled in. */
export type ParsedProxyInput = z.output<typeof ProxyInput>

import net from 'node:net'
import type { Check } from '@app/contracts/health'
import nodemailer from 'nodemailer'

export type OutgoingMail = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The same for every attempt to send one mail. */
  readonly messageKey: string
  readonly kind: string
  readonly locale: string
}

export type Mailer = {
  /** Resolves when the server took the mail. @throws the server's or the connection's error */
  readonly send: (mail: OutgoingMail) => Promise<void>
  /** Whether an SMTP server greets. Never makes the service unready: mails wait. */
  readonly check: Check
  readonly close: () => void
}

const CONNECT_TIMEOUT_MS = 3_000
const SOCKET_TIMEOUT_MS = 8_000
const SEND_TIMEOUT_MS = 25_000
const PROBE_TIMEOUT_MS = 1_000
/** So many mails on their way at a time. */
export const SMTP_CONNECTIONS = 5

/** @param from as in a `From` header: `Vestibule <no-reply@example.org>` */
export function createMailer({ url, from }: { url: string; from: string }): Mailer {
  const sender = parseSender(from)
  const server = serverOf(url)
  const transport = nodemailer.createTransport({
    pool: true,
    maxConnections: SMTP_CONNECTIONS,
    maxMessages: 100,
    ...server,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    send: async (mail) => {
      await withinMs(transport.sendMail(messageOf(mail, sender)), SEND_TIMEOUT_MS)
    },
    check: { name: 'smtp', required: false, check: () => greets(server) },
    close: () => transport.close(),
  }
}

/** The name is how the product calls itself. */
export function parseSender(from: string): { readonly name: string; readonly address: string; readonly domain: string } {
  const [, name = '', bracketed] = /^\s*"?([^"<]*?)"?\s*<([^<>\s]+)>\s*$/.exec(from) ?? []
  const address = bracketed ?? from.trim()
  return { name: name === '' ? 'Vestibule' : name, address, domain: address.split('@')[1] ?? 'localhost' }
}

function messageOf(mail: OutgoingMail, { name, address, domain }: ReturnType<typeof parseSender>) {
  return {
    from: { name, address },
    // As an object, so that nothing in it is taken for a list of addresses.
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.messageKey}@${domain}>`,
    headers: {
      // RFC 3834: no out-of-office answers to these.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-ID': `<${mail.kind.replaceAll('_', '-')}.${domain}>`,
      'Content-Language': mail.locale,
    },
  }
}

function serverOf(url: string) {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url)
  const secure = protocol === 'smtps:'
  return {
    host: hostname,
    port: Number(port || (secure ? 465 : 587)),
    secure,
    // With credentials nothing goes out unencrypted unless the address says so.
    requireTLS: !secure && username !== '' && searchParams.get('tls') !== 'off',
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  }
}

async function greets({ host, port }: { host: string; port: number }): Promise<string | null> {
  return await new Promise((resolve) => {
    const socket = net.connect({ host, port })
    const done = (reason: string | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reason)
    }
    const timer = setTimeout(() => done('the mail server does not answer; mails wait'), PROBE_TIMEOUT_MS)
    socket.once('connect', () => done(null))
    socket.once('error', () => done('the mail server is not reachable; mails wait'))
  })
}

async function withinMs<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('The mail server took too long'), { code: 'ETIMEDOUT' })), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

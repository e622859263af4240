import { readContact } from '@app/contracts/internal-users'
import { UserNotFound } from '@app/contracts/users'
import type { InternalClient } from '@app/http/internal-client'
import { z } from 'zod'
import { isMailAddress, isPhoneNumber } from './address.ts'
import { isMailKind, isSmsKind, type MailKind, type NoticeKind, noticeKinds } from './kinds.ts'
import { closestLocale, type Locale } from './locale.ts'
import { noSuchUser } from './queue.ts'
import type { Mail } from './schema.ts'
import type { Texter } from './sms.ts'
import type { Mailer } from './smtp.ts'
import { writeMail } from './write-mail.ts'
import { writeSms } from './write-sms.ts'

export type DeliverDeps = {
  readonly users: InternalClient
  readonly mailer: Mailer
  readonly texter: Texter
  readonly publicOrigin: string
  readonly product: string
}

/** `dropped`: there is nobody to send it to. */
export type Delivery = { readonly state: 'sent' } | { readonly state: 'dropped' | 'dead'; readonly reason: string }

type Addressee = { readonly address: string; readonly name: string | null; readonly locale: Locale }

/** Where the button of each mail leads, when Kratos gave no address. */
const PATHS: Readonly<Record<MailKind, string>> = {
  verification_code_valid: '/verify',
  verification_code_invalid: '/',
  recovery_code_valid: '/recover',
  recovery_code_invalid: '/',
  login_code_valid: '/sign-in',
  registration_code_valid: '/register',
  welcome: '/',
  'registration-code': '/register',
  'registration-known': '/sign-in',
  'email-code': '/security',
  'email-changed': '/recover',
  invitation: '/',
  'set-password-link': '/',
  'deletion-done': '/',
  ...toSecurity(),
  deactivated: '/',
}

function toSecurity(): Record<NoticeKind, string> {
  return z.record(z.enum(noticeKinds), z.string()).parse(Object.fromEntries(noticeKinds.map((kind) => [kind, '/security'])))
}

/** Writes one mail and hands it to the SMTP server. @throws what `classifyFailure` understands */
export async function deliver(deps: DeliverDeps, mail: Mail, signal: AbortSignal): Promise<Delivery> {
  const { kind } = mail
  if (mail.channel === 'sms') return await deliverSms(deps, mail, signal)
  if (!isMailKind(kind)) return { state: 'dead', reason: 'no text for this kind' }
  const addressee = await findAddressee(deps, mail, signal)
  if (typeof addressee === 'string') return { state: 'dropped', reason: addressee }
  if (!isMailAddress(addressee.address)) return { state: 'dead', reason: 'not a mail address' }
  const content = {
    kind,
    locale: addressee.locale,
    product: deps.product,
    link: mail.link ?? new URL(PATHS[kind], deps.publicOrigin).href,
    code: mail.code,
    expiresInMinutes: mail.expiresInMinutes,
    name: addressee.name,
    occurredAt: mail.occurredAt,
  }
  const written = await writeMail(content)
  await deps.mailer.send({ ...written, to: addressee.address, messageKey: mail.messageKey, kind, locale: addressee.locale })
  return { state: 'sent' }
}

/** A code that has expired meanwhile is not worth its price. */
async function deliverSms({ texter, product }: DeliverDeps, mail: Mail, signal: AbortSignal): Promise<Delivery> {
  const { kind, recipient, code, expiresInMinutes } = mail
  if (!isSmsKind(kind) || code === null) return { state: 'dead', reason: 'no text for this kind' }
  if (recipient === null || !isPhoneNumber(recipient)) return { state: 'dead', reason: 'not a phone number' }
  if (Date.now() - mail.createdAt.getTime() > (expiresInMinutes ?? 60) * 60_000) return { state: 'dropped', reason: 'expired' }
  const text = writeSms({ kind, locale: closestLocale(mail.locale), product, code })
  return await texter.send({ to: recipient, text, messageKey: mail.messageKey, signal })
}

/** Who gets it; or, as text, why nobody does. */
async function findAddressee({ users }: DeliverDeps, mail: Mail, signal: AbortSignal): Promise<Addressee | string> {
  if (mail.recipient !== null) return { address: mail.recipient, name: null, locale: closestLocale(mail.locale) }
  if (mail.userId === null) return 'no recipient'
  try {
    const contact = await users.call(readContact, { params: { userId: mail.userId }, requestId: mail.requestId ?? undefined, signal })
    if (contact.state !== 'active' && mail.kind !== 'deactivated') return 'the user is not active'
    if (contact.email === null) return 'the user has no address'
    return { address: contact.email, name: contact.name, locale: closestLocale(contact.locale) }
  } catch (error) {
    if (UserNotFound.is(error)) return noSuchUser
    throw error
  }
}

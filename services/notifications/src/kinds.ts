/** Every message we know how to write. */
import { type MessageKind, messageKinds } from '@app/contracts/internal-messages'

export const courierKinds = [
  'verification_code_valid',
  'verification_code_invalid',
  'recovery_code_valid',
  'recovery_code_invalid',
  'login_code_valid',
  'registration_code_valid',
] as const
export type CourierKind = (typeof courierKinds)[number]

/** What the owner of an account hears because it happened, with or without them; each caused by an event. */
export const noticeKinds = [
  'password-changed',
  'totp-added',
  'totp-removed',
  'recovery-codes-made',
  'recovery-code-used',
  'recovery-codes-few',
  'passkey-added',
  'passkey-removed',
  'provider-linked',
  'provider-unlinked',
  'factors-reset',
  'sessions-ended',
  'deactivated',
  'phone-changed',
  'new-device',
  'impersonation-started',
  'impersonation-ended',
  'deletion-requested',
  'deletion-withdrawn',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** Written by identity, shown as notices are. */
const noticeMessages: readonly MessageKind[] = ['email-changed', 'deletion-done']

export const smsKinds = ['phone-code', 'login_code_valid'] as const
export type SmsKind = (typeof smsKinds)[number]

export type MailKind = CourierKind | Exclude<MessageKind, 'phone-code'> | NoticeKind | 'welcome'
export const mailKinds: readonly MailKind[] = [
  ...courierKinds,
  ...messageKinds.filter((kind) => kind !== 'phone-code'),
  ...noticeKinds,
  'welcome',
]

export function isCourierKind(template: string): template is CourierKind {
  return courierKinds.some((kind) => kind === template)
}

export function isMailKind(kind: string): kind is MailKind {
  return mailKinds.some((known) => known === kind)
}

export function isSmsKind(kind: string): kind is SmsKind {
  return smsKinds.some((known) => known === kind)
}

/** Whether it tells of something that has happened, and says what to do if it was somebody else. */
export function isNotice(kind: MailKind): kind is NoticeKind | 'email-changed' | 'deletion-done' {
  return noticeKinds.some((known) => known === kind) || noticeMessages.some((known) => known === kind)
}

/** Whether the message is there to carry a code. */
export function carriesCode(kind: string): boolean {
  return kind.endsWith('_code_valid') || ['registration-code', 'email-code', 'phone-code'].includes(kind)
}

/** Whether the mail is there to carry a link that opens something, once. */
export function carriesLink(kind: string): boolean {
  return kind === 'invitation' || kind === 'set-password-link'
}

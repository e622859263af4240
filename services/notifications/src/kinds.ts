/** Every mail we know how to write. */
export const courierKinds = [
  'verification_code_valid',
  'verification_code_invalid',
  'recovery_code_valid',
  'recovery_code_invalid',
  'login_code_valid',
  'registration_code_valid',
] as const
export type CourierKind = (typeof courierKinds)[number]

export const mailKinds = [...courierKinds, 'welcome'] as const
export type MailKind = (typeof mailKinds)[number]

export function isCourierKind(template: string): template is CourierKind {
  return courierKinds.some((kind) => kind === template)
}

export function isMailKind(kind: string): kind is MailKind {
  return mailKinds.some((known) => known === kind)
}

/** Whether the mail is there to carry a code. */
export function carriesCode(kind: MailKind): boolean {
  return kind.endsWith('_code_valid')
}

/**
 * Every part of the network, written once. The supervisor, the tests, nginx' configuration and the compose file are derived
 * from this list or compared with it; `manifest-check.ts` says what must hold.
 */
import { epmd, keto, kratos, mail, postgres, provider, proxy, rabbitmq } from './manifest/infrastructure.ts'
import { limitSettings } from './manifest/limit-settings.ts'
import { address, secret, servicePart } from './manifest/service-part.ts'
import type { Part, PartName, Value } from './manifest/types.ts'

/** What the person running the network may set, with the service's own default. */
const setting = (variable: string): Readonly<Record<string, Value>> => ({ [variable]: { from: 'setting', variable } })

const identity = servicePart({
  name: 'identity',
  title: 'the door: sign-in, sessions, hooks',
  port: 4010,
  segments: [
    'session',
    'sessions',
    'devices',
    'activity',
    'impersonations',
    'permissions',
    'setup-links',
    'guests',
    'security',
    'passkeys',
    'leaving',
    'erasures',
    'contact',
    'registrations',
    'terms',
    'people',
    'archive',
  ],
  callers: ['kratos', 'users', 'operator'],
  calls: ['notifications', 'users'],
  namespaces: ['Platform'],
  dependsOn: ['kratos', 'keto'],
  environment: {
    VESTIBULE_CODE_KEY: secret('identity-code-key'),
    VESTIBULE_SMS_PREFIXES: { from: 'setting', variable: 'VESTIBULE_SMS_PREFIXES', default: '+31' },
    VESTIBULE_REGISTRATION_PROOF: { from: 'setting', variable: 'VESTIBULE_REGISTRATION_PROOF', default: 'required' },
    VESTIBULE_ADMIN_SECOND_FACTOR: { from: 'setting', variable: 'VESTIBULE_ADMIN_SECOND_FACTOR', default: 'on' },
    VESTIBULE_CODE_MODE: { from: 'setting', variable: 'VESTIBULE_CODE_MODE', default: 'passwordless' },
    VESTIBULE_DELETION_GRACE_DAYS: { from: 'setting', variable: 'VESTIBULE_DELETION_GRACE_DAYS' },
    ...limitSettings,
    VESTIBULE_GUARD_SECRET: secret('identity-guard'),
    VESTIBULE_INVITATION_HOURS: { from: 'setting', variable: 'VESTIBULE_INVITATION_HOURS' },
    VESTIBULE_SIGN_IN_LINK_HOURS: { from: 'setting', variable: 'VESTIBULE_SIGN_IN_LINK_HOURS' },
    ...setting('VESTIBULE_TERMS_URL'),
    ...setting('VESTIBULE_ACTIVITY_DAYS'),
    ...setting('VESTIBULE_SESSION_IDLE_MINUTES'),
    ...setting('VESTIBULE_MAX_NATIVE_SESSIONS'),
    ...setting('VESTIBULE_NATIVE_SESSION_LIMIT'),
    ...setting('VESTIBULE_IMPERSONATION_CONSENT'),
    VESTIBULE_KRATOS_ADMIN_URL: address('kratos', 'admin', 'http://{address}'),
    VESTIBULE_KETO_WRITE_URL: address('keto', 'write', 'http://{address}'),
  },
})

const users = servicePart({
  name: 'users',
  title: 'profiles and directory',
  port: 4020,
  segments: ['users', 'preferences'],
  callers: ['notifications', 'identity'],
  calls: ['identity'],
  dependsOn: ['kratos', 'keto'],
})

const notifications = servicePart({
  name: 'notifications',
  title: 'mail and text messages to people',
  port: 4030,
  callers: ['kratos', 'identity'],
  calls: ['users'],
  dependsOn: ['mail'],
  environment: {
    VESTIBULE_SMTP_URL: address('mail', 'smtp', 'smtp://{address}'),
    // Shown beside the mails until a gateway is named.
    VESTIBULE_SMS_URL: { from: 'setting', variable: 'VESTIBULE_SMS_URL', default: 'mail' },
    VESTIBULE_SMS_KEY: { from: 'setting', variable: 'VESTIBULE_SMS_KEY' },
    VESTIBULE_MAIL_FROM: { from: 'setting', variable: 'VESTIBULE_MAIL_FROM', default: 'Vestibule <no-reply@vestibule.test>' },
  },
})

/** In no particular order: who waits for whom is `dependsOn`. */
export const manifest: readonly Part[] = [postgres, epmd, rabbitmq, kratos, keto, mail, provider, identity, users, notifications, proxy]

/** Those that run without being asked for. */
export const usualParts = (settings: Readonly<Record<string, string>>): Part[] =>
  manifest.filter(({ onRequest }) => onRequest === undefined || settings[onRequest] === 'on')

/** @throws {Error} the manifest has no such part; a typed name cannot cause it. */
export function findPart(name: PartName, parts: readonly Part[] = manifest): Part {
  const part = parts.find((candidate) => candidate.name === name)
  if (part === undefined) throw new Error(`the manifest has no part ${name}`)
  return part
}

/** The services of our own, which `npm run build` bundles. */
export const serviceParts = (parts: readonly Part[] = manifest): Part[] => parts.filter((part) => part.kind === 'service')

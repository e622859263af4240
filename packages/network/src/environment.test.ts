import { expect, it } from 'vitest'
import { type Place, partEnvironment } from './environment.ts'
import { migrateEnvironment } from './manifest/service-part.ts'
import { findPart } from './manifest.ts'

const place: Place = {
  address: (part, port) => `${part}.internal:${port === 'sql' ? 5432 : 80}`,
  port: () => 4020,
  listenHost: '0.0.0.0',
  publicUrl: 'https://example.test',
  secretFile: (name) => `/run/secrets/${name}`,
  setting: (variable) => (variable === 'VESTIBULE_LOG_LEVEL' ? 'debug' : undefined),
}

it('gives a service what it declares, secrets as files', () => {
  expect(partEnvironment(findPart('users'), place)).toMatchObject({
    VESTIBULE_DATABASE_URL: 'postgres://postgres.internal:5432/users',
    VESTIBULE_DATABASE_APP_PASSWORD_FILE: '/run/secrets/users-database-app',
    VESTIBULE_IDENTITY_SECRET_FILE: '/run/secrets/users-to-identity',
    VESTIBULE_CALLER_NOTIFICATIONS_SECRET_FILE: '/run/secrets/notifications-to-users',
    VESTIBULE_LISTEN_HOST: '0.0.0.0',
    VESTIBULE_LOG_LEVEL: 'debug',
  })
})

it('never gives the serving process the password of the owner, nor users what is identity’s', () => {
  const environment = partEnvironment(findPart('users'), place)
  expect(Object.keys(environment).filter((name) => /OWNER|KRATOS_ADMIN|KETO_WRITE/.test(name))).toEqual([])
  expect(Object.keys(partEnvironment(findPart('users'), place, migrateEnvironment('users')))).toEqual([
    'VESTIBULE_DATABASE_OWNER_PASSWORD_FILE',
  ])
})

it('leaves out a setting that is unset and has no default', () => {
  expect(partEnvironment(findPart('users'), place)).not.toHaveProperty('VESTIBULE_EXCHANGE_PREFIX')
})

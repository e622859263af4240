/** What the functions of this service work with; opened in main, or by tests. */
import type { Database } from '@app/db/database'
import type { InternalClient } from '@app/http/internal-client'
import type { StandingRules } from '@app/http/standing'
import type { Log } from '@app/log/log'
import type { PermissionChecker } from '@app/ory/permissions'
import type { SessionReader } from '@app/ory/session'
import type { TupleWriter } from '@app/ory/tuples'
import type { Exporters } from './archive/exporters.ts'
import type { CodeMode } from './guard/known-fields.ts'
import type { KratosAdmin } from './kratos-admin.ts'
import type { LeavingRules } from './leaving/rules.ts'
import type { GuardKeys } from './limits/guard-keys.ts'
import type { LimitRules } from './limits/rules.ts'
import type { Locks } from './locks.ts'
import type { PeopleRules } from './people/rules.ts'
import type { Revocations } from './revocations.ts'
import type { SessionRules } from './sessions/rules.ts'
import type { TermsRules } from './terms/rules.ts'
import type { Upstream } from './upstream.ts'

export interface Deps {
  /** The role of requests. */
  readonly app: Database
  /** The role of workers. */
  readonly system: Database
  readonly kratos: KratosAdmin
  /** Kratos' public API, for the guard. */
  readonly kratosPublic: Upstream
  readonly sessions: SessionReader
  readonly permissions: Pick<PermissionChecker, 'isAllowed' | 'areAllowed'>
  readonly tuples: Pick<TupleWriter<'Platform'>, 'sync'>
  readonly revocations: Revocations
  readonly locks: Locks
  readonly guardKeys: GuardKeys
  readonly limitRules: LimitRules
  readonly publicOrigin: string
  /** Other front-ends of the operator, exact. */
  readonly allowedOrigins?: readonly string[]
  /** Whether whoever administers the platform must have a second factor. */
  readonly administratorsNeedSecondFactor: boolean
  /** Whether a new password has to be another one: where passwords expire. */
  readonly passwordsExpire: boolean
  /** What codes by mail or SMS are good for; the same as in Kratos' configuration. */
  readonly codeMode: CodeMode
  /** How many guests may come from one address range in five minutes; default 60. */
  readonly guestsPerRange?: number
  readonly standing: StandingRules
  readonly terms: TermsRules
  readonly notifications: InternalClient
  /** Whoever else keeps rows of people. */
  readonly exporters: Exporters
  /** Keys the hashes of codes. */
  readonly codeKey: string
  /** Numbers that take text messages begin with one of these. */
  readonly smsPrefixes: readonly string[]
  /** `off` also registers an address that nobody has proven; its person proves it afterwards. */
  readonly registrationProof: 'required' | 'off'
  readonly sessionRules: SessionRules
  readonly leaving: LeavingRules
  readonly peopleRules: PeopleRules
  readonly clock: () => Date
  readonly log: Log
}

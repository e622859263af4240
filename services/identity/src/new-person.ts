/** What somebody else writes down about a person who is not there yet: the rules are those of registration. */
import { InvalidRequest } from '@app/contracts/common-problems'
import { readEmail } from './email.ts'
import type { NewIdentity } from './kratos-admin.ts'
import { readPersonName } from './person-name.ts'

export interface PersonRequest {
  readonly email: string
  readonly name?: string | undefined
  readonly locale?: 'en' | 'nl' | undefined
}

/** @throws {InvalidRequest} an address or name that registration would refuse. */
export function readNewPerson({ email: typed, name: typedName, locale = 'en' }: PersonRequest): NewIdentity {
  const reading = readEmail(typed)
  if ('fault' in reading) throw InvalidRequest(undefined, { errors: [{ path: 'email', message: `The address is ${reading.fault}` }] })
  const { email } = reading
  const name = readPersonName(typedName ?? email.slice(0, email.lastIndexOf('@')))
  if (name === null) throw InvalidRequest(undefined, { errors: [{ path: 'name', message: 'This name is not acceptable' }] })
  return { email, name, locale }
}

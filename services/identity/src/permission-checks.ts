import { InvalidRequest } from '@app/contracts/common-problems'
import type { PermissionQuestion } from '@app/contracts/permissions'
import { findPermission } from '@app/ory/model'
import type { PermissionCheck } from '@app/ory/permissions'
import type { Deps } from './deps.ts'

/**
 * Which of these a person is allowed, in the order asked.
 *
 * @throws {InvalidRequest} a namespace or permit is not in the model: a typo must not read as "no".
 * @throws {PermissionServiceDown} @throws {PermissionModelMissing}
 */
export async function answerQuestions({ permissions }: Deps, userId: string, questions: readonly PermissionQuestion[]) {
  const checks = questions.map((question, index) => readQuestion(question, userId, index))
  const allowed = await permissions.areAllowed(checks)
  return { results: checks.map((_, index) => ({ allowed: allowed[index] === true })) }
}

function readQuestion({ namespace, object, permit }: PermissionQuestion, userId: string, index: number): PermissionCheck {
  const known = findPermission(namespace, permit)
  if (known !== null) return { ...known, object, userId }
  throw InvalidRequest(undefined, { errors: [{ path: `body.checks[${index}]`, message: 'The permission model has no such permit' }] })
}

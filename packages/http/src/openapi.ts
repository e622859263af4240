/** The OpenAPI 3.1 document of a service, made from the same route objects that serve it. Internal routes stay out. */

import { STATUS_CODES } from 'node:http'
import * as common from '@app/contracts/common-problems'
import { type Contract, isInternal, publicPrefix } from '@app/contracts/contract'
import { type Problem, ProblemDocument } from '@app/contracts/problem'
import { z } from 'zod'
import type { Demands } from './access.ts'
import type { Route } from './route.ts'

type Json = Record<string, unknown>
type Rule = Route['access']['rule']

export function openApiDocument(service: string, routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes.filter(({ contract }) => !isInternal(contract))) {
    const path = `${publicPrefix}${route.contract.path}`
    paths[path] = { ...paths[path], [route.contract.method]: operation(service, route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: service, version: '1' },
    paths,
    components: {
      schemas: { Problem: toSchema(ProblemDocument, 'output') },
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: 'ory_kratos_session' },
        token: { type: 'apiKey', in: 'header', name: 'X-Session-Token' },
      },
    },
  }
}

function operation(service: string, { contract, access }: Route): Json {
  const { rule } = access
  const needs = needsOf(rule)
  return {
    operationId: `${contract.method}${contract.path.replace(/[^a-zA-Z]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    tags: [service],
    summary: contract.summary,
    ...(needs.length > 0 ? { description: `Needs ${needs.join(', ')}.` } : {}),
    security: rule.kind === 'public' ? [] : [{ cookie: [] }, { token: [] }],
    parameters: [...parametersOf(contract.params, 'path'), ...parametersOf(contract.query, 'query')],
    ...(contract.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: toSchema(contract.body, 'input') } } } }
      : {}),
    responses: { ...answersOf(contract), ...problemsOf(contract, rule) },
  }
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(field, undefined).success,
    schema: toSchema(field, 'input'),
  }))
}

function answersOf(contract: Contract): Json {
  return Object.fromEntries(
    Object.entries(contract.answers).map(([status, schema]) => [
      status,
      {
        description: STATUS_CODES[status] ?? status,
        ...(status === '204' ? {} : { content: { 'application/json': { schema: toSchema(schema, 'output') } } }),
      },
    ]),
  )
}

/** What a route can answer by what it is, and what its contract adds; by status, since OpenAPI has one response per status. */
function problemsOf(contract: Contract, rule: Rule): Json {
  const byStatus = new Map<number, string[]>()
  for (const { status, code } of [...usualProblems(contract, rule), ...(contract.problems ?? [])]) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      { description: codes.join(', '), content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    ]),
  )
}

function usualProblems(contract: Contract, rule: Rule): Problem[] {
  const { kind } = rule
  const problems: Problem[] = [common.InvalidRequest, common.InternalError, common.DatabaseDown]
  if (kind !== 'public') problems.push(common.NotSignedIn, common.IdentityServiceDown)
  if ('demands' in rule) problems.push(...demandedProblems(rule.demands))
  if (kind === 'permission') problems.push(common.Forbidden, common.PermissionServiceDown, common.PermissionModelMissing)
  if (contract.method !== 'get') problems.push(common.CrossOrigin)
  if (contract.body) problems.push(common.BodyTooLarge, common.UnsupportedMediaType)
  return problems
}

/** What a route asks for beyond a session. */
function needsOf(rule: Rule): string[] {
  if (!('demands' in rule)) return []
  const { assuranceLevel, freshMinutes } = rule.demands
  return [
    ...(rule.kind === 'permission' ? [`${rule.namespace}#${rule.permit}`] : []),
    ...(assuranceLevel === 'aal2' ? ['a second factor'] : []),
    ...(freshMinutes === undefined ? [] : [`a sign-in of the last ${freshMinutes} minutes`]),
  ]
}

function demandedProblems({ standing, assuranceLevel, freshMinutes, actAs }: Demands): Problem[] {
  const problems: Problem[] = []
  const isGood = standing === undefined || standing === 'good'
  if (isGood || assuranceLevel === 'aal2') problems.push(common.SecondFactorSetupRequired)
  if (standing !== 'any' || assuranceLevel === 'aal2') problems.push(common.SecondFactorRequired)
  if (isGood) problems.push(common.PasswordExpired, common.TermsNotAccepted)
  if (freshMinutes !== undefined) problems.push(common.FreshSignInRequired)
  if (actAs !== 'ignored') problems.push(common.ImpersonationEnded)
  if (actAs === 'refused') problems.push(common.ImpersonationRefused)
  return problems
}

function toSchema(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return json
}

import { secretsOf } from './manifest/secrets-of.ts'
import { callerSecret } from './manifest/service-part.ts'
import type { Part } from './manifest/types.ts'

/** What is wrong with a manifest, one sentence each; an empty list means that the network can be derived from it. */
export function manifestProblems(parts: readonly Part[]): string[] {
  return [
    ...repeated(parts.map((part) => part.name)).map((name) => `two parts are named ${name}`),
    ...portProblems(parts),
    ...repeated(parts.flatMap((part) => part.segments)).map((segment) => `/api/v1/${segment} has two owners`),
    ...repeated(parts.flatMap((part) => part.namespaces)).map((name) => `namespace ${name} has two owners`),
    ...repeated(parts.flatMap((part) => part.database?.name ?? [])).map((name) => `database ${name} has two owners`),
    ...parts.flatMap((part) => referenceProblems(part, parts)),
    ...parts.flatMap((part) => callerProblems(part, parts)),
    ...cycleProblems(parts),
  ]
}

const repeated = (values: readonly string[]) => [...new Set(values.filter((value, index) => values.indexOf(value) !== index))]

function portProblems(parts: readonly Part[]): string[] {
  const ports = parts.flatMap((part) => part.ports)
  return [
    ...repeated(ports.map((port) => String(port.default))).map((port) => `port ${port} is used twice`),
    ...repeated(ports.map((port) => port.variable)).map((variable) => `${variable} moves two ports`),
  ]
}

function referenceProblems(part: Part, parts: readonly Part[]): string[] {
  const hasPort = (name: string, port: string) => parts.some((other) => other.name === name && other.ports.some((own) => own.name === port))
  const problems = part.dependsOn
    .filter((name) => !parts.some((other) => other.name === name))
    .map((name) => `${part.name} waits for ${name}, which does not exist`)
  if (!hasPort(part.name, part.readiness.port)) problems.push(`${part.name} is asked for readiness on a port it does not have`)
  for (const [variable, value] of Object.entries(part.environment)) {
    if (value.from === 'address' && !hasPort(value.part, value.port))
      problems.push(`${part.name}: ${variable} names ${value.part}.${value.port}, which does not exist`)
    if (value.from === 'ownPort' && !hasPort(part.name, value.port))
      problems.push(`${part.name}: ${variable} names its port ${value.port}, which does not exist`)
    if (!variable.startsWith('VESTIBULE_')) problems.push(`${part.name}: ${variable} does not start with VESTIBULE_`)
  }
  return problems
}

/** Both ends of a caller pair must hold the pair's secret, or a call could only be refused. */
function callerProblems(callee: Part, parts: readonly Part[]): string[] {
  const problems: string[] = []
  for (const caller of callee.callers) {
    const name = callerSecret(caller, callee.name)
    if (!secretsOf(callee).includes(name)) problems.push(`${callee.name} accepts ${caller} without a secret`)
    const part = parts.find((candidate) => candidate.name === caller)
    if (part !== undefined && !secretsOf(part).includes(name)) problems.push(`${caller} may call ${callee.name} but gets no secret for it`)
  }
  for (const other of parts) {
    const accepted = callee.callers.some((caller) => caller === other.name) || other.name === callee.name
    if (!accepted && secretsOf(other).includes(callerSecret(other.name, callee.name)))
      problems.push(`${other.name} calls ${callee.name}, which does not accept it`)
  }
  return problems
}

function cycleProblems(parts: readonly Part[]): string[] {
  const problems: string[] = []
  const visit = (part: Part, path: readonly string[]) => {
    if (path.includes(part.name)) {
      problems.push(`${[...path, part.name].join(' waits for ')}`)
      return
    }
    for (const name of part.dependsOn) {
      const next = parts.find((candidate) => candidate.name === name)
      if (next !== undefined) visit(next, [...path, part.name])
    }
  }
  for (const part of parts) visit(part, [])
  return problems
}

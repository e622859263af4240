import { mkdirSync } from 'node:fs'
import { createBuilds } from '../build/builds.ts'
import { allSecrets } from '../manifest/secrets-of.ts'
import type { Part } from '../manifest/types.ts'
import { serviceParts } from '../manifest.ts'
import { testBrokerSecret } from '../parts/rabbitmq-definitions.ts'
import { PlainError } from '../plain-error.ts'
import { type Ports, portOf } from '../ports.ts'
import { findEpmd, findProgram, findRabbitmq, maildevProgram, postgresPrograms } from '../programs.ts'
import { ensureSecrets } from '../secrets.ts'
import type { Settings } from '../settings.ts'
import { privateFolder } from '../state/files.ts'
import type { StatePaths } from '../state/paths.ts'
import { createOneShots } from './one-shot.ts'
import type { NetworkContext } from './types.ts'

export type ContextOptions = {
  root: string
  state: StatePaths
  settings: Settings
  ports: Ports
  parts: readonly Part[]
  isTest: boolean
  path: string
  say: (line: string) => void
}

/** Folders and secrets of a network, made when they are missing, and everything its parts need to know. */
export function prepareContext(options: ContextOptions): NetworkContext {
  const { state, parts, isTest, settings, ports } = options
  for (const folder of [state.root, state.secrets, state.logs, state.run]) privateFolder(folder)
  mkdirSync(state.mail, { recursive: true, mode: 0o700 })
  const wanted = [...allSecrets(parts), ...(isTest ? [testBrokerSecret] : [])]
  ensureSecrets(state.secrets, wanted)
  return {
    root: options.root,
    state,
    settings,
    ports,
    parts,
    publicUrl: settings['VESTIBULE_PUBLIC_URL'] ?? `http://localhost:${ports['proxy.http'] ?? portOf(ports, 'postgres', 'sql')}`,
    isTest,
    programs: findPrograms(options),
    oneShots: createOneShots(),
    builds: createBuilds({
      root: options.root,
      settings,
      services: serviceParts(parts).map((part) => part.name),
      withWeb: parts.some((part) => part.name === 'proxy'),
      withOry: parts.some((part) => part.kind === 'ory'),
      say: options.say,
    }),
    say: options.say,
  }
}

/** @throws {PlainError} a program is missing that the wished parts need. */
function findPrograms({ settings, path, parts }: ContextOptions): Record<string, string> {
  const needs = (name: string) => parts.some((part) => part.name === name)
  const programs: Record<string, string> = { node: process.execPath }
  const add = (name: string, found: string | null, hint: string) => {
    if (found === null) throw new PlainError(hint)
    programs[name] = found
  }
  if (needs('postgres')) Object.assign(programs, postgresPrograms())
  const setpriv = findProgram('setpriv', path)
  if (setpriv !== null) programs['setpriv'] = setpriv
  if (needs('epmd')) add('epmd', findEpmd(path), 'epmd (Erlang) is missing: install it with `apt-get install rabbitmq-server`.')
  if (needs('rabbitmq')) {
    add('rabbitmq', findRabbitmq(settings, path), 'rabbitmq-server is missing: install it with `apt-get install rabbitmq-server`.')
  }
  if (needs('proxy'))
    add(
      'nginx',
      settings['VESTIBULE_NGINX_BIN'] ?? findProgram('nginx', path),
      'nginx is missing: install it with `apt-get install nginx`.',
    )
  if (needs('mail')) programs['maildev'] = maildevProgram()
  return programs
}

/** The vocabulary of the manifest: plain data, so that compose, nginx and the supervisor can all derive from it. */

export type PartName =
  | 'postgres'
  | 'epmd'
  | 'rabbitmq'
  | 'kratos'
  | 'keto'
  | 'mail'
  | 'provider'
  | 'identity'
  | 'users'
  | 'notifications'
  | 'proxy'

/** Who may call an internal port: a part, or the operator of the machine through the CLI. */
export type Caller = PartName | 'operator'

export type Port = {
  /** Unique within the part, for example `public`. */
  name: string
  /** Native default; `VESTIBULE_PORT_SHIFT` is added to it, the variable replaces it. */
  default: number
  variable: string
  /** Published by compose; everything else stays inside the network. */
  published?: boolean
}

/** Where the value of an environment variable comes from. */
export type Value =
  | { from: 'text'; text: string }
  /** The variable gets the suffix `_FILE` and the path of the secret's file. */
  | { from: 'secret'; secret: string }
  /** `{address}` becomes `host:port` of another part's (or the own) port. */
  | { from: 'address'; part: PartName; port: string; template: string }
  | { from: 'ownPort'; port: string }
  | { from: 'listenHost' }
  /** The one origin that browsers see. */
  | { from: 'publicUrl' }
  /** What the person running the network may set; left out when unset and without a default. */
  | { from: 'setting'; variable: string; default?: string }

export type Readiness =
  | { kind: 'http'; port: string; path: string }
  | { kind: 'tcp'; port: string }
  /** A probe that speaks the part's own protocol. */
  | { kind: 'sql'; port: string }
  | { kind: 'amqp'; port: string }

export type Database = {
  name: string
  /** `service`: the roles owner, app and system of `@app/db/provision`; `plain`: one role of the database's name. */
  roles: 'service' | 'plain'
}

export type Part = {
  name: PartName
  /** What it is, in a few words, for tables and documents. */
  title: string
  kind: 'infrastructure' | 'ory' | 'service' | 'edge'
  /** Exists only when the network runs without containers. */
  nativeOnly?: boolean
  /** Runs only where this setting is `on`, or the part is named; always in the network of the tests. */
  onRequest?: string
  /** The native command; `{…}` are resolved by the part's driver. */
  command: readonly string[]
  image: { variable: string; default: string } | null
  ports: readonly Port[]
  environment: Readonly<Record<string, Value>>
  /** Secrets the part gets beyond those its environment names (for example through a generated file). */
  secrets: readonly string[]
  readiness: Readiness
  dependsOn: readonly PartName[]
  /** First path segments under /api/v1 that nginx sends to the part's public port. */
  segments: readonly string[]
  /** Who may call its internal port. */
  callers: readonly Caller[]
  /** Keto namespaces whose tuples only this part writes. */
  namespaces: readonly string[]
  ownsTenantData: boolean
  database: Database | null
  /** Extra arguments for Node, chosen by measuring the idle PSS. */
  nodeFlags: readonly string[]
}

/** A real nginx in front of upstreams that only record, for the tests of this folder. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProxyInput } from '../src/input.ts'
import { proxyPaths, writeProxyFiles } from '../src/write.ts'

const NGINX = process.env['VESTIBULE_NGINX_BIN'] ?? 'nginx'

type Received = {
  part: string
  method: string
  url: string
  headers: Record<string, string>
  /** Names as they came, in lower case, to see doubles. */
  names: string[]
  body: string
  connection: number
}
type Behaviour = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** An upstream that records what arrives, even what it cannot parse, and answers as it is told. */
class Upstream {
  behaviour: Behaviour = (_request, response) => response.end('{}')
  connections = 0
  readonly name: string
  readonly #received: Received[]
  #server: Server | undefined
  port = 0

  constructor(name: string, received: Received[]) {
    this.name = name
    this.#received = received
  }

  async start(): Promise<void> {
    const server = createServer({ insecureHTTPParser: true, keepAliveTimeout: 30_000 }, (request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const body = Buffer.concat(parts).toString()
        this.#received.push(this.#record(request, body))
        this.behaviour(request, response, body)
      })
    })
    server.on('connection', (socket) => {
      this.connections += 1
      Object.assign(socket, { number: this.connections })
    })
    server.on('clientError', (error, socket) => {
      const empty = { method: '', headers: {}, names: [], connection: 0 }
      if (!/ECONNRESET|socket hang up/.test(error.message))
        this.#received.push({ part: this.name, url: 'unreadable', body: error.message, ...empty })
      socket.destroy()
    })
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
    this.port = portOf(server)
  }

  #record(request: IncomingMessage, body: string): Received {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const names = request.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
    const connection: unknown = Reflect.get(request.socket, 'number')
    return { part: this.name, method: request.method ?? '', url: request.url ?? '', headers, names, body, connection: Number(connection) }
  }

  async stop(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
}

const portOf = (server: { address(): AddressInfo | string | null }): number => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

export async function freePort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = portOf(server)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

export type Edge = {
  port: number
  directory: string
  webRoot: string
  received: Received[]
  upstreams: Record<'kratos' | 'identity' | 'users', Upstream>
  /** The access log, one object per request. */
  log: () => Record<string, unknown>[]
  stop: () => Promise<void>
}

/** Starts upstreams and nginx; `change` gets the finished input before it is written. */
export async function startEdge(change: (input: ProxyInput, directory: string) => ProxyInput = (input) => input): Promise<Edge> {
  const directory = mkdtempSync(join(tmpdir(), 'vestibule-edge-'))
  const webRoot = join(directory, 'web')
  writeWeb(webRoot)
  const received: Received[] = []
  const upstreams = {
    kratos: new Upstream('kratos', received),
    identity: new Upstream('identity', received),
    users: new Upstream('users', received),
  }
  for (const upstream of Object.values(upstreams)) await upstream.start()
  const port = await freePort()
  const { configFile, runArguments, testArguments } = writeProxyFiles(
    change(edgeInput(port, directory, webRoot, upstreams), directory),
    join(directory, 'proxy'),
  )
  checkConfig(testArguments, configFile)
  const nginx = spawn(NGINX, [...runArguments], { stdio: ['ignore', 'inherit', 'inherit'] })
  await reachable(port, nginx)
  return {
    port,
    directory,
    webRoot,
    received,
    upstreams,
    log: () =>
      readFileSync(join(directory, 'proxy/access.log'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Record<string, unknown> => JSON.parse(line)),
    stop: async () => {
      nginx.kill('SIGTERM')
      if (nginx.exitCode === null) await new Promise((resolve) => nginx.once('exit', resolve))
      for (const upstream of Object.values(upstreams)) await upstream.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Rates are far away, so that only a test about them meets them. */
function edgeInput(port: number, directory: string, webRoot: string, upstreams: Edge['upstreams']): ProxyInput {
  const fast = { perSecond: 10_000, burst: 10_000 }
  return {
    publicUrl: `http://localhost:${port}`,
    listen: [{ host: '127.0.0.1', port }],
    webRoot,
    upstreams: Object.fromEntries(Object.entries(upstreams).map(([name, upstream]) => [name, `127.0.0.1:${upstream.port}`])),
    segments: [
      { segment: 'session', upstream: 'identity' },
      { segment: 'users', upstream: 'users' },
    ],
    paths: proxyPaths(join(directory, 'proxy')),
    rates: { site: fast, api: fast, kratos: fast, guard: fast },
    timeouts: { client: 2, api: 2, kratos: 2 },
    workers: 1,
    runAs: process.getuid?.() === 0 ? 'root' : null,
  }
}

/** What `vite build` leaves, in small. */
function writeWeb(webRoot: string): void {
  mkdirSync(join(webRoot, 'assets'), { recursive: true })
  mkdirSync(join(webRoot, 'api/docs'), { recursive: true })
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>app</title>')
  writeFileSync(join(webRoot, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(webRoot, 'assets/app-3f2a.js'), `export const text = "${'plain '.repeat(1000)}"`)
  writeFileSync(join(webRoot, 'api/docs/index.html'), '<!doctype html><title>reference</title>')
  writeFileSync(join(webRoot, '.secret'), 'hidden')
}

function checkConfig(testArguments: readonly string[], configFile: string): void {
  const checked = spawnSync(NGINX, [...testArguments], { encoding: 'utf8' })
  if (checked.error !== undefined) {
    throw new Error(`nginx is missing: "apt-get install nginx-light" (or VESTIBULE_NGINX_BIN=/path/to/nginx) fixes that`, {
      cause: checked.error,
    })
  }
  if (checked.status !== 0) throw new Error(`nginx refuses ${configFile}: ${checked.stderr}`)
}

async function reachable(port: number, nginx: ChildProcess): Promise<void> {
  const deadline = Date.now() + 10_000
  for (;;) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with code ${nginx.exitCode}`)
    const answer = await send(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n').catch(() => '')
    if (answer.includes('200 OK')) return
    if (Date.now() > deadline) throw new Error('nginx did not answer within 10 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Writes bytes to a socket and gives back everything that came until the other side closed (or `forMs` passed). */
export function send(port: number, bytes: string | Buffer, forMs = 5000): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1' })
    const timer = setTimeout(() => socket.destroy(), forMs)
    socket.on('connect', () => socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes))
    socket.on('data', (part) => parts.push(part))
    socket.on('error', (error) => (parts.length === 0 ? reject(error) : undefined))
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(parts).toString('latin1'))
    })
  })
}

export type Answer = { status: number; headers: Record<string, string>; names: string[]; body: string }

/** One request over a connection of its own. */
export async function ask(port: number, line: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  const all = {
    Host: `localhost:${port}`,
    Connection: 'close',
    ...headers,
    ...(body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
  }
  const head = Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  return parseAnswer(await send(port, `${line} HTTP/1.1\r\n${head}\r\n${body}`))
}

export function parseAnswer(text: string): Answer {
  const split = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = text.slice(0, split).split('\r\n')
  const pairs = lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const)
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(pairs),
    names: pairs.map(([name]) => name),
    body: text.slice(split + 4),
  }
}

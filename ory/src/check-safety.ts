import { isIP } from 'node:net'
import type { OryInput } from './input.ts'

/** Combinations that would start and then be unsafe, or fail later and elsewhere. */
export function unsafeCombinations(input: OryInput): string[] {
  return [
    ...originReasons(input),
    ...listenReasons(input),
    ...upstreamReasons(input),
    ...providerReasons(input),
    ...databaseReasons(input),
    ...releaseReasons(input),
  ]
}

const isLocalName = (host: string) => host === 'localhost' || host.endsWith('.localhost') || isLoopback(host)
const isLoopback = (host: string) => /^127\.\d+\.\d+\.\d+$/.test(host) || host === '::1' || host === '[::1]'
const isPrivateAddress = (host: string) =>
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)/.test(host) || /^\[?(f[cd][0-9a-f]{2}|fe80):/i.test(host)

function originReasons(input: OryInput): string[] {
  const reasons: string[] = []
  const url = new URL(input.publicUrl)
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    reasons.push(`publicUrl ${url.origin} must be an origin alone, without path, query or credentials`)
  }
  const isLocal = isLocalName(url.hostname)
  if (input.isDevelopment && !isLocal) reasons.push(`isDevelopment with the public origin ${url.origin}: it weakens hashes and cookies`)
  if (input.isDevelopment && input.target !== 'native') reasons.push(`isDevelopment with target ${input.target}: it is for one machine`)
  if (input.target === 'production' && url.protocol === 'http:') reasons.push(`publicUrl ${url.origin} is http in production: use https`)
  if (input.target === 'production' && isLocal) reasons.push(`publicUrl ${url.origin} is local in production: nobody else can open it`)
  if (input.target !== 'production' && url.protocol === 'http:' && !isLocal && !isPrivateAddress(url.hostname)) {
    reasons.push(`publicUrl ${url.origin} is http and not local: passwords would cross the network in clear, use https`)
  }
  for (const text of input.extraReturnUrls) {
    const extra = new URL(text)
    const isApp = !/^https?:$/.test(extra.protocol)
    if (!(extra.pathname.endsWith('/') || (isApp && extra.pathname === '')) || extra.search !== '' || extra.hash !== '') {
      reasons.push(`extraReturnUrls ${text} must end in "/": Kratos compares paths by prefix`)
    }
    if (extra.host === '' || extra.username !== '' || extra.password !== '') {
      reasons.push(`extraReturnUrls ${text} must name a host, and no user: Kratos compares hosts`)
    }
    if (text.includes('*')) reasons.push(`extraReturnUrls ${text} has a wildcard: name each host`)
    if (extra.protocol === 'http:' && (input.target === 'production' || !isLocalName(extra.hostname))) {
      reasons.push(`extraReturnUrls ${text} is http: use https`)
    }
  }
  return reasons
}

function listenReasons(input: OryInput): string[] {
  const { kratos, keto } = input
  const inside: [string, string][] = [
    ['kratos.adminHost', kratos.adminHost],
    ['keto.read.host', keto.read.host],
    ['keto.write.host', keto.write.host],
    ['keto.metrics.host', keto.metrics.host],
    ['keto.opl.host', keto.opl.host],
  ]
  const all: [string, string][] = [['kratos.publicHost', kratos.publicHost], ...inside]
  const reasons = all
    .filter(([, host]) => isIP(host) === 0 && host !== 'localhost')
    .map(([name, host]) => `${name} ${host} must be an address to listen on, such as 127.0.0.1`)
  if (!input.isNetworkPrivate) {
    const isInside = (host: string) => host === 'localhost' || isLoopback(host) || (input.target === 'production' && isPrivateAddress(host))
    const open = inside.filter(([, host]) => isIP(host) !== 0 && !isInside(host))
    reasons.push(
      ...open.map(
        ([name, host]) => `${name} ${host} is open to the network and asks no password: listen on 127.0.0.1, or say isNetworkPrivate`,
      ),
    )
    if (input.target === 'native' && !isLoopback(kratos.publicHost) && kratos.publicHost !== 'localhost') {
      reasons.push(`kratos.publicHost ${kratos.publicHost} goes round the proxy: listen on 127.0.0.1`)
    }
  }
  if (kratos.publicPort === 0 || kratos.adminPort === 0)
    reasons.push('kratos.publicPort and kratos.adminPort must be given: Kratos cannot tell a chosen one')
  if (kratos.publicPort === kratos.adminPort && kratos.publicHost === kratos.adminHost)
    reasons.push('kratos.publicPort equals kratos.adminPort')
  for (const [name, at] of Object.entries({ read: keto.read, write: keto.write, metrics: keto.metrics, opl: keto.opl })) {
    if (at.port === 0 && at.listenFile === undefined) reasons.push(`keto.${name}.port is 0 without a listenFile: nobody could find it`)
  }
  const ketoPorts = [keto.read.port, keto.write.port, keto.metrics.port, keto.opl.port].filter((port) => port !== 0)
  if (new Set(ketoPorts).size < ketoPorts.length) reasons.push('two of the ports of keto are the same')
  return reasons
}

function upstreamReasons(input: OryInput): string[] {
  const reasons: string[] = []
  for (const [name, text] of Object.entries({ 'hooks.url': input.hooks.url, 'courier.url': input.courier.url })) {
    const url = new URL(text)
    if (url.origin === new URL(input.publicUrl).origin)
      reasons.push(`${name} ${url.origin} is the public origin: it must be an internal port`)
    if (url.username !== '' || url.search !== '') reasons.push(`${name} must hold neither credentials nor a query: they end up in logs`)
    const isInside = isLocalName(url.hostname) || isPrivateAddress(url.hostname) || input.isNetworkPrivate
    if (url.protocol === 'http:' && !isInside)
      reasons.push(`${name} ${url.origin} is http across the network: use https, or say isNetworkPrivate`)
  }
  if (new URL(input.hooks.url).pathname !== '/') reasons.push('hooks.url must be an origin alone: the paths of the hooks are added')
  if (input.courier.messageRetries < 10_000) {
    reasons.push(
      `courier.messageRetries ${input.courier.messageRetries}: a gateway that is down for as many seconds loses mail for ever, at least 10000`,
    )
  }
  return reasons
}

function providerReasons({ providers, target }: OryInput): string[] {
  const reasons: string[] = []
  for (const [at, { id, issuer }] of providers.entries()) {
    if (providers.findIndex((other) => other.id === id) !== at) reasons.push(`providers.${at}.id ${id} is taken by another provider`)
    if (issuer === undefined) continue
    const url = new URL(issuer)
    if (url.username !== '' || url.search !== '' || url.hash !== '')
      reasons.push(`providers.${at}.issuer must hold neither credentials nor a query`)
    if (url.protocol === 'http:' && (target === 'production' || !isLocalName(url.hostname)))
      reasons.push(`providers.${at}.issuer ${url.origin} is http: anybody on the way could sign in as anybody, use https`)
  }
  return reasons
}

function databaseReasons(input: OryInput): string[] {
  const reasons: string[] = []
  for (const [name, dsn] of Object.entries({ 'kratos.dsn': input.kratos.dsn, 'keto.dsn': input.keto.dsn })) {
    const url = URL.canParse(dsn) ? new URL(dsn) : null
    if (!url || !/^postgres(ql)?:$/.test(url.protocol)) reasons.push(`${name} must be a postgres:// address`)
    else if (url.pathname.length < 2) reasons.push(`${name} names no database`)
    else if (input.target === 'production' && url.password === '' && !url.searchParams.has('sslcert')) {
      reasons.push(`${name} has no password in production`)
    } else if (input.target === 'production' && url.searchParams.get('sslmode') === 'disable' && !isInsideHost(url.hostname, input)) {
      reasons.push(`${name} has sslmode=disable across the network: use sslmode=verify-full, or say isNetworkPrivate`)
    }
  }
  if (input.kratos.dsn === input.keto.dsn) reasons.push('kratos.dsn equals keto.dsn: each needs a database of its own')
  return reasons
}

const isInsideHost = (host: string, input: OryInput) => isLoopback(host) || host === 'localhost' || input.isNetworkPrivate

function releaseReasons(input: OryInput): string[] {
  if (input.release === 'v1.3.1' && input.onlyV26) {
    return [`onlyV26 (${Object.keys(input.onlyV26).join(', ')}) with release v1.3.1: that release does not know it`]
  }
  return []
}

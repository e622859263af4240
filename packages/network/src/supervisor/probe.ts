import { request } from 'node:http'
import { connect } from 'node:net'
import { z } from 'zod'

/** Asks a part whether it can do its work: null means yes, a text is the reason why not. */
export type Probe = () => Promise<string | null>

const probeTimeoutMs = 2_000

/** Ready when the port accepts connections. */
export function tcpProbe(port: number): Probe {
  return () => talk(port, null)
}

/** Ready when the port answers a first message of its protocol. */
export const talkProbe =
  (port: number, hello: Buffer): Probe =>
  () =>
    talk(port, hello)

/** Ready when the broker answers AMQP's protocol header; a bare TCP connect succeeds before the broker can work. */
export function amqpProbe(port: number): Probe {
  return talkProbe(port, Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1]))
}

function talk(port: number, hello: Buffer | null): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const finish = (reason: string | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reason)
    }
    const timer = setTimeout(() => finish(`no answer on port ${port} within ${probeTimeoutMs / 1000} s`), probeTimeoutMs)
    socket.once('error', (error) => finish(refusal(error, port)))
    socket.once('close', () => finish(`port ${port} closed the connection`))
    socket.once('connect', () => (hello === null ? finish(null) : socket.write(hello)))
    socket.once('data', () => finish(null))
  })
}

const refusal = (error: Error, port: number) =>
  'code' in error && error.code === 'ECONNREFUSED' ? `nothing listens on port ${port} yet` : `port ${port}: ${error.message}`

/** Ready on a 2xx; other answers are quoted, because our services say there which dependency is missing. */
export function httpProbe(port: number, path: string, mustName: readonly string[] = []): Probe {
  return () =>
    new Promise((resolve) => {
      const asked = request({ host: '127.0.0.1', port, path, agent: false, headers: { accept: 'application/json' } }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => {
          if (chunks.length < 16) chunks.push(chunk)
        })
        answer.on('end', () => finish(answerReason(answer.statusCode ?? 0, path, Buffer.concat(chunks).toString('utf8'), mustName)))
        answer.on('error', (error) => finish(error.message))
      })
      const timer = setTimeout(() => finish(`no answer from ${path} on port ${port} within ${probeTimeoutMs / 1000} s`), probeTimeoutMs)
      const finish = (reason: string | null) => {
        clearTimeout(timer)
        asked.destroy()
        resolve(reason)
      }
      asked.on('error', (error) => finish(refusal(error, port)))
      asked.end()
    })
}

function answerReason(status: number, path: string, body: string, mustName: readonly string[]): string | null {
  const missing = mustName.filter((name) => !body.includes(`"${name}"`))
  if (status >= 200 && status < 300) return missing.length === 0 ? null : `${path} does not name ${missing.join(', ')}`
  return `${path} says ${status}: ${shortened(failedChecks(body) ?? body.replaceAll(/\s+/g, ' ').trim())}`
}

const shortened = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text)

const Health = z.object({
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), required: z.boolean().default(true), reason: z.string().nullish() })),
})
const OryError = z.object({ error: z.object({ message: z.string() }) })

/** Our services list their checks, Ory answers an error; both have words for people in them. */
function failedChecks(body: string): string | null {
  try {
    const document: unknown = JSON.parse(body)
    const health = Health.safeParse(document)
    if (health.success) {
      const failed = health.data.checks.filter((check) => !check.ok && check.required)
      return failed.map((check) => `${check.name}: ${check.reason ?? 'not ready'}`).join('; ')
    }
    return OryError.parse(document).error.message
  } catch {
    return null
  }
}

/** Ready when all are; the first reason counts. */
export function allOf(...probes: readonly Probe[]): Probe {
  return async () => {
    const reasons = await Promise.all(probes.map((probe) => probe()))
    return reasons.find((reason) => reason !== null) ?? null
  }
}

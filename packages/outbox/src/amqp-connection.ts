import type { Log } from '@app/log/log'
import { type ChannelModel, connect, credentials } from 'amqplib'

/** Called for every connection that opens; `closed` fires when it is gone. */
export type ConnectionUser = (model: ChannelModel, closed: AbortSignal) => void

export type AmqpConnection = {
  /** Calls `user` now, if connected, and for each later connection, until the returned function is called. */
  readonly use: (user: ConnectionUser) => () => void
  /** Why there is no usable connection; null when there is one. */
  readonly trouble: () => string | null
  /** RabbitMQ is short of memory or disk and takes no messages. */
  readonly isBlocked: () => boolean
  readonly close: () => Promise<void>
}

type AmqpOptions = { readonly url: string; readonly password: string | undefined; readonly name: string; readonly log: Log }

const CONNECT_TIMEOUT_MS = 2_000
const RECONNECT_MS = 400
const HEARTBEAT_S = 4
const CLOSE_TIMEOUT_MS = 1_000

/** Connects now and again for ever, a fixed short time after each failure: a broker that is back is used within a second. */
export function keepAmqpConnection({ url, password, name, log }: AmqpOptions): AmqpConnection {
  const users = new Set<ConnectionUser>()
  let current: { model: ChannelModel; closed: AbortController } | undefined
  let timer: NodeJS.Timeout | undefined
  let trouble: string | null = 'not connected yet'
  let blocked = false
  let stopped = false

  const lost = (reason: string): void => {
    if (stopped || timer !== undefined) return
    if (trouble === null || trouble === 'not connected yet') log.warn({ connection: name, reason }, 'RabbitMQ is not reachable')
    trouble = reason
    timer = setTimeout(() => void open(), RECONNECT_MS)
  }

  const adopt = (model: ChannelModel): void => {
    const closed = new AbortController()
    current = { model, closed }
    trouble = null
    blocked = false
    // 'error' precedes 'close'; without a listener it would end the process.
    model.on('error', (error) => log.warn({ connection: name, err: error }, 'The connection to RabbitMQ failed'))
    model.on('handler-error', (error) => log.error({ connection: name, err: error }, 'A listener of the RabbitMQ connection failed'))
    model.on('blocked', (reason) => {
      blocked = true
      log.warn({ connection: name, reason }, 'RabbitMQ takes no messages')
    })
    model.on('unblocked', () => {
      blocked = false
      log.info({ connection: name }, 'RabbitMQ takes messages again')
    })
    model.once('close', (error) => {
      if (current?.model === model) current = undefined
      closed.abort()
      lost(error?.message ?? 'the connection was closed')
    })
    log.info({ connection: name }, 'Connected to RabbitMQ')
    for (const user of users) user(model, closed.signal)
  }

  const open = async (): Promise<void> => {
    timer = undefined
    try {
      const model = await connect(withHeartbeat(url), {
        noDelay: true,
        timeout: CONNECT_TIMEOUT_MS,
        clientProperties: { connection_name: name },
        ...credentialsOf(url, password),
      })
      if (stopped) await model.close()
      else adopt(model)
    } catch (error) {
      lost(error instanceof Error && error.message !== '' ? error.message : 'it does not answer')
    }
  }

  void open()
  return {
    use: (user) => {
      users.add(user)
      if (current !== undefined) user(current.model, current.closed.signal)
      return () => users.delete(user)
    },
    trouble: () => (blocked ? 'it is short of memory or disk' : trouble),
    isBlocked: () => blocked,
    close: async () => {
      stopped = true
      clearTimeout(timer)
      const open = current
      if (open !== undefined) await withinMs(open.model.close(), CLOSE_TIMEOUT_MS)
    },
  }
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url)
  parsed.searchParams.set('heartbeat', String(HEARTBEAT_S))
  parsed.password = ''
  return parsed.href
}

function credentialsOf(url: string, password: string | undefined) {
  const { username, password: ofUrl } = new URL(url)
  return { credentials: credentials.plain(decodeURIComponent(username), password ?? decodeURIComponent(ofUrl)) }
}

/** A peer that is gone never answers a close. */
async function withinMs(closing: Promise<void>, timeoutMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, timeoutMs)
    closing
      .catch(() => {})
      .finally(() => {
        clearTimeout(timer)
        resolve()
      })
  })
}

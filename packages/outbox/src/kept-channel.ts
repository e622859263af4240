import type { Log } from '@app/log/log'
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib'
import type { AmqpConnection } from './amqp-connection.ts'

/** `closed` fires when this channel is gone, whatever closed it; a new one is then set up. */
export type ChannelSetup<C extends Channel> = (channel: C, closed: AbortSignal) => Promise<void>

export type KeptChannel = { readonly close: () => Promise<void> }

type KeptOptions<C extends Channel> = {
  readonly connection: AmqpConnection
  readonly open: (model: ChannelModel) => Promise<C>
  readonly setup: ChannelSetup<C>
  readonly name: string
  readonly log: Log
}

const REOPEN_MS = 300
/** A queue that cannot be declared is tried again no more often than this. */
const REOPEN_MAX_MS = 2_000

/** Keeps a channel open and set up, through closed channels (a failed assertion closes one) and lost connections. */
export function keepChannel<C extends Channel>({ connection, open, setup, name, log }: KeptOptions<C>): KeptChannel {
  let stopped = false
  let current: C | undefined
  let failures = 0
  const timers = new Set<NodeJS.Timeout>()

  const start = async (model: ChannelModel, connectionClosed: AbortSignal): Promise<void> => {
    if (stopped || connectionClosed.aborted) return
    const again = () => {
      if (stopped || connectionClosed.aborted) return
      const timer = setTimeout(
        () => {
          timers.delete(timer)
          void start(model, connectionClosed)
        },
        Math.min(REOPEN_MS * 2 ** failures, REOPEN_MAX_MS),
      )
      timers.add(timer)
    }
    try {
      const channel = await open(model)
      const closed = new AbortController()
      channel.once('close', () => {
        closed.abort()
        again()
      })
      channel.on('error', (error) => log.warn({ channel: name, err: error }, 'A channel to RabbitMQ was closed'))
      channel.on('handler-error', (error) => log.error({ channel: name, err: error }, 'A listener of a RabbitMQ channel failed'))
      current = channel
      await setUp(channel, closed.signal)
    } catch (error) {
      log.warn({ channel: name, err: error }, 'A channel to RabbitMQ could not be opened')
      again()
    }
  }

  const setUp = async (channel: C, closed: AbortSignal): Promise<void> => {
    try {
      await setup(channel, closed)
      failures = 0
    } catch (error) {
      failures += 1
      log.warn({ channel: name, err: error }, 'A channel to RabbitMQ could not be set up')
      // Its 'close' opens the next one; a channel that the broker has closed is closed already.
      await channel.close().catch(() => {})
    }
  }

  const forget = connection.use((model, closed) => void start(model, closed))
  return {
    close: async () => {
      stopped = true
      forget()
      for (const timer of timers) clearTimeout(timer)
      await current?.close().catch(() => {})
    },
  }
}

export const openChannel = (model: ChannelModel): Promise<Channel> => model.createChannel()
export const openConfirmChannel = (model: ChannelModel): Promise<ConfirmChannel> => model.createConfirmChannel()

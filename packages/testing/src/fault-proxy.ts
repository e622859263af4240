/** A TCP proxy in front of a server, to inject what networks and frozen processes do. */
import net from 'node:net'

export type FaultProxy = {
  readonly host: string
  readonly port: number
  /** Ends every connection with a reset; new ones are accepted. */
  readonly cut: () => void
  /** Bytes are swallowed into buffers in both directions; connections are accepted and stay silent, like a stopped process. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Existing connections are cut and new ones are refused at once, like a server that is down. */
  readonly refuse: () => void
  readonly accept: () => void
  readonly connections: () => number
  readonly close: () => Promise<void>
}

export async function startFaultProxy(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
  const pairs = new Set<readonly [net.Socket, net.Socket]>()
  let frozen = false
  let refusing = false

  const server = net.createServer({ pauseOnConnect: true }, (client) => {
    if (refusing) {
      client.resetAndDestroy()
      return
    }
    const upstream = net.connect(target)
    const pair = [client, upstream] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [upstream, client]] as const) {
      from.on('data', (chunk) => to.write(chunk))
      from.on('error', () => {})
      from.on('close', () => {
        pairs.delete(pair)
        to.destroy()
      })
      if (frozen) from.pause()
      else from.resume()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy listens on no port')

  const each = (act: (socket: net.Socket) => void) => {
    for (const pair of [...pairs]) for (const socket of pair) act(socket)
  }
  const cut = () => each((socket) => socket.resetAndDestroy())
  return {
    host: '127.0.0.1',
    port: address.port,
    cut,
    freeze: () => {
      frozen = true
      each((socket) => socket.pause())
    },
    thaw: () => {
      frozen = false
      each((socket) => socket.resume())
    },
    refuse: () => {
      refusing = true
      cut()
    },
    accept: () => {
      refusing = false
    },
    connections: () => pairs.size,
    close: async () => {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

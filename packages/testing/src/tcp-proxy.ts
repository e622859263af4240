/** A TCP proxy for fault injection: slow, frozen, reset or stopped, while the server behind it stays as it is. */
import { connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  readonly host: string
  /** The same for as long as the proxy lives, also across `stop` and `start`. */
  readonly port: number
  /** How many connections are open. */
  readonly connections: () => number
  /** Delays every piece of data, both ways; order is kept. */
  readonly setLatency: (latencyMs: number) => void
  /** Nothing passes any more, and nothing is closed: connections are accepted and stay silent, like behind a dead link. */
  readonly freeze: () => void
  /** Ends `freeze`: what was held back passes. */
  readonly resume: () => void
  /** Freezes the connections that are open now for good, as when the way back to them is lost; new ones are served. */
  readonly strand: () => void
  /** Cuts every open connection with a reset; new ones are served. */
  readonly reset: () => void
  /** Cuts every open connection and refuses new ones. */
  readonly stop: () => Promise<void>
  /** Ends `stop`. */
  readonly start: () => Promise<void>
  readonly close: () => Promise<void>
}

type Link = { readonly client: Socket; upstream: Socket | undefined; stranded: boolean }

/** Listens on a free port of 127.0.0.1 and passes everything on to `target`. */
export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const links = new Set<Link>()
  let latencyMs = 0
  let frozen = false
  let port = 0

  const pass = (link: Link): void => {
    link.upstream = connect({ ...target, noDelay: true })
    forward(link.client, link.upstream, () => latencyMs)
    forward(link.upstream, link.client, () => latencyMs)
    link.upstream.once('close', () => link.client.destroy())
  }
  const server = createServer({ noDelay: true }, (client) => {
    const link: Link = { client, upstream: undefined, stranded: false }
    links.add(link)
    // Errors are the point of this proxy; 'close' follows each of them.
    client.on('error', () => {})
    client.once('close', () => {
      links.delete(link)
      link.upstream?.destroy()
    })
    if (frozen) client.pause()
    else pass(link)
  })
  const start = async () => {
    if (server.listening) return
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
    const address = server.address()
    if (address !== null && typeof address === 'object') port = address.port
  }
  const reset = () => {
    for (const { client, upstream } of links) {
      client.resetAndDestroy()
      upstream?.destroy()
    }
  }
  const stop = async () => {
    const closed = server.listening ? new Promise<void>((resolve) => server.close(() => resolve())) : undefined
    reset()
    await closed
  }

  await start()
  return {
    host: '127.0.0.1',
    port,
    connections: () => links.size,
    setLatency: (ms) => {
      latencyMs = ms
    },
    freeze: () => {
      frozen = true
      for (const link of links) pause(link)
    },
    resume: () => {
      frozen = false
      for (const link of links) {
        if (link.stranded) continue
        if (link.upstream === undefined) pass(link)
        link.client.resume()
        link.upstream?.resume()
      }
    },
    strand: () => {
      for (const link of links) {
        link.stranded = true
        pause(link)
      }
    },
    reset,
    stop,
    start,
    close: stop,
  }
}

function pause({ client, upstream }: Link): void {
  client.pause()
  upstream?.pause()
}

function forward(from: Socket, to: Socket, latencyMs: () => number): void {
  from.on('error', () => {})
  let last = Promise.resolve()
  const later = (work: () => void) => {
    const ms = latencyMs()
    if (ms === 0) {
      // What was delayed earlier still goes first.
      last = last.then(work)
      return
    }
    const due = new Promise<void>((resolve) => setTimeout(resolve, ms))
    last = Promise.all([last, due]).then(work)
  }
  from.on('data', (data) => later(() => void (to.writable && to.write(data))))
  from.once('end', () => later(() => void to.end()))
}

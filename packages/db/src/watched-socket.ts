import net from 'node:net'
import tls from 'node:tls'

/** Where a Postgres listens, and whether with TLS: `require` encrypts, `verify-full` also checks the certificate. */
export type Address = { readonly host: string; readonly port: number; readonly sslMode: 'disable' | 'require' | 'verify-full' }

const READY_FOR_QUERY = 0x5a
const HEADER_BYTES = 5
/** PostgreSQL 18 documentation, 54.7: length 8, code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * Follows the frames of Postgres' protocol and tells when a reply is complete (ReadyForQuery), so that waiting for an
 * answer can be told from being idle.
 */
export function createReplyScanner(): (chunk: Uint8Array) => boolean {
  let header: number[] = []
  let toSkip = 0
  return (chunk) => {
    let ready = false
    let at = 0
    while (at < chunk.length) {
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, chunk.length - at)
        at += skipped
        toSkip -= skipped
        continue
      }
      header.push(chunk[at] ?? 0)
      at += 1
      if (header.length < HEADER_BYTES) continue
      // The length counts itself (four bytes) but not the type.
      toSkip = Math.max(0, Buffer.from(header).readUInt32BE(1) - 4)
      ready = header[0] === READY_FOR_QUERY
      header = []
    }
    return ready
  }
}

/** A socket that knows for how long Postgres has owed it an answer. */
export type WatchedSocket = { readonly socket: net.Socket; silentForMs(): number }

/** @throws the socket's error, or one with the code ETIMEDOUT after `timeoutMs`. */
export async function openWatchedSocket(address: Address, timeoutMs: number): Promise<WatchedSocket> {
  const plain = await connectSocket(address, timeoutMs)
  const socket = address.sslMode === 'disable' ? plain : await encrypt(plain, address, timeoutMs)
  const isReady = createReplyScanner()
  let waitingSince: number | undefined
  // postgres.js writes only through `write`; being told of each one is all that is wanted here.
  socket.write = new Proxy(socket.write, {
    apply: (write, self, args) => {
      waitingSince ??= performance.now()
      return Reflect.apply(write, self, args)
    },
  })
  socket.on('data', (chunk: Uint8Array) => {
    const ready = isReady(chunk)
    if (waitingSince !== undefined) waitingSince = ready ? undefined : performance.now()
  })
  return { socket, silentForMs: () => (waitingSince === undefined ? 0 : performance.now() - waitingSince) }
}

/** TLS is begun here, not by postgres.js, so that the frames can be followed. */
async function encrypt(plain: net.Socket, { host, sslMode }: Address, timeoutMs: number): Promise<net.Socket> {
  const answer = await askForTls(plain, timeoutMs)
  if (answer !== 'S') {
    plain.destroy()
    throw new Error('Postgres does not offer TLS, which VESTIBULE_DATABASE_URL asks for by sslmode')
  }
  return await new Promise((resolve, reject) => {
    const servername = net.isIP(host) === 0 ? { servername: host } : {}
    const socket = tls.connect({ socket: plain, rejectUnauthorized: sslMode === 'verify-full', ...servername })
    const timer = setTimeout(() => socket.destroy(timedOut(timeoutMs)), timeoutMs)
    socket.once('close', () => clearTimeout(timer))
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}

function timedOut(timeoutMs: number): Error {
  return Object.assign(new Error(`Postgres did not answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' })
}

/** The server's one byte: `S` (it does TLS), `N` (it does not), or '' when it stayed silent. */
function askForTls(socket: net.Socket, timeoutMs: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const done = () => {
      clearTimeout(timer)
      resolve(answer)
    }
    const timer = setTimeout(done, timeoutMs)
    socket.once('data', (chunk: Uint8Array) => {
      answer = String.fromCharCode(chunk[0] ?? 0)
      done()
    })
    socket.once('close', done)
    socket.write(SSL_REQUEST)
  })
}

function connectSocket({ host, port }: Address, timeoutMs: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 })
    const timer = setTimeout(() => {
      socket.destroy(timedOut(timeoutMs))
    }, timeoutMs)
    socket.once('error', reject)
    socket.once('close', () => clearTimeout(timer))
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.removeListener('error', reject)
      // Until postgres.js listens, an error must not end the process; its 'close' tells the rest.
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}

/**
 * Whether a Postgres server process reacts: it answers an SSLRequest with one byte before anything else, without
 * credentials. A frozen one still accepts connections (the kernel does) but stays silent.
 */
export async function isReacting(address: Address, timeoutMs: number): Promise<boolean> {
  const startedAt = performance.now()
  try {
    const socket = await connectSocket(address, timeoutMs)
    const answer = await askForTls(socket, Math.max(1, timeoutMs - (performance.now() - startedAt)))
    socket.destroy()
    return answer !== ''
  } catch {
    // Not reachable is not reacting; the statement that asked reports the outage.
    return false
  }
}

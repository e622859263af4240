/** An SMTP server that keeps what it gets and misbehaves on request (RFC 5321, as much as a client needs). */
import net from 'node:net'

type SunkMail = { readonly to: string; readonly from: string; readonly messageId: string; readonly source: string }
/** Before a reply to this command: another reply, or `cut` to close the connection, or `silence`. */
type Trick = (command: 'CONNECT' | 'MAIL' | 'RCPT' | 'DATA' | 'BODY', argument: string) => string | 'cut' | 'silence' | undefined

export type SmtpSink = {
  readonly url: string
  readonly port: number
  readonly mails: SunkMail[]
  trick: Trick
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
}

export async function startSmtpSink(): Promise<SmtpSink> {
  const mails: SunkMail[] = []
  const sockets = new Set<net.Socket>()
  let port = 0
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    serve(
      socket,
      (command, argument) => sink.trick(command, argument),
      (mail) => mails.push(mail),
    )
  })
  const start = async () => {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    const address = server.address()
    if (address !== null && typeof address === 'object') port = address.port
  }
  await start()
  const sink: SmtpSink = {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    trick: () => undefined,
    start,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return sink
}

function serve(socket: net.Socket, trick: Trick, deliver: (mail: SunkMail) => void): void {
  let buffer = ''
  let to = ''
  let from = ''
  let inData = false
  const reply = (command: Parameters<Trick>[0], argument: string, usual: string): boolean => {
    const tricked = trick(command, argument)
    if (tricked === 'silence') return false
    if (tricked === 'cut') socket.destroy()
    else socket.write(`${tricked ?? usual}\r\n`)
    return tricked === undefined
  }
  const onLine = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'EHLO') socket.write('250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n')
    else if (verb === 'MAIL') {
      from = line
      reply('MAIL', line, '250 ok')
    } else if (verb === 'RCPT') {
      to = /<(.*)>/.exec(line)?.[1] ?? ''
      reply('RCPT', to, '250 ok')
    } else if (verb === 'DATA') inData = reply('DATA', to, '354 go on')
    else if (verb === 'QUIT') socket.end('221 bye\r\n')
    else socket.write('250 ok\r\n')
  }
  const onBody = (source: string): void => {
    const kept = trick('BODY', to)
    const messageId = /^message-id: <(.*)>/im.exec(source)?.[1] ?? ''
    // A server that takes a mail and dies before it says so.
    if (kept === undefined || kept === 'cut') deliver({ to, from, messageId, source })
    if (kept === 'cut') socket.destroy()
    else if (kept !== 'silence') socket.write(`${kept ?? '250 taken'}\r\n`)
  }
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    buffer += chunk
    for (;;) {
      const mark = inData ? '\r\n.\r\n' : '\r\n'
      const end = buffer.indexOf(mark)
      if (end < 0) return
      const part = buffer.slice(0, end)
      buffer = buffer.slice(end + mark.length)
      if (inData) {
        inData = false
        onBody(part)
      } else onLine(part)
    }
  })
  reply('CONNECT', '', '220 sink ESMTP')
}

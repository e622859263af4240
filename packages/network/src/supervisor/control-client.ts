import { connect } from 'node:net'
import type { StatePaths } from '../state/paths.ts'
import { ControlAnswer, type ControlRequest } from './control-protocol.ts'

/** Asks the running supervisor; null when none answers. */
export function askSupervisor(state: StatePaths, request: ControlRequest, timeoutMs = 15_000): Promise<ControlAnswer | null> {
  return new Promise((resolve) => {
    const socket = connect(state.controlSocket)
    let text = ''
    const finish = (answer: ControlAnswer | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => finish({ ok: false, message: `The supervisor did not answer within ${timeoutMs / 1000} s.` }), timeoutMs)
    socket.once('error', () => finish(null))
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`))
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
    })
    socket.once('end', () => finish(parseAnswer(text)))
  })
}

function parseAnswer(text: string): ControlAnswer | null {
  try {
    return ControlAnswer.parse(JSON.parse(text))
  } catch {
    return null // cut off: the supervisor ended while answering
  }
}

/**
 * What asking who is signed in costs, and how fast it stops being true: `npm run bench -- sessions [--seconds 4] [--rounds 5]
 * [--tries 200] [--only speed|revocation]`.
 *
 * Everything goes through one nginx each round; variants take turns and their medians are compared. better-auth stands behind the same
 * nginx, on the same Postgres (`bench/peers/better-auth`).
 */
import { parseArgs } from 'node:util'
import { startNetwork } from './sessions/network.ts'
import { measureRevocation } from './sessions/revocation.ts'
import { measureSpeed } from './sessions/speed.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    tries: { type: 'string', default: '200' },
    only: { type: 'string' },
  },
})

const network = await startNetwork()
try {
  if (values.only !== 'revocation') await measureSpeed(network, { seconds: Number(values.seconds), rounds: Number(values.rounds) })
  if (values.only !== 'speed') await measureRevocation(network, Number(values.tries))
} finally {
  await network.stop()
}

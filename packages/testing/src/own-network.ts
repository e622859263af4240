/** A network beside the shared one, for a file about a setting that everybody else has otherwise. */
import { afterAll, beforeAll } from 'vitest'
import { launchNetwork, stopNetwork } from './launch-network.ts'
import { addressesOf, asVariables, testStateFolder } from './servers.ts'

/** Call once at the top of a test file: `testServers()` means this network from then on. @param flags of `test-network` */
export function withOwnNetwork(flags: readonly string[]): void {
  const before = { ...process.env }
  let stop = async () => {}
  beforeAll(async () => {
    const { child, network } = await launchNetwork(`${testStateFolder()}-own`, { args: flags })
    stop = () => stopNetwork(child)
    Object.assign(process.env, asVariables(addressesOf(network)))
  })
  afterAll(async () => {
    process.env = before
    await stop()
  })
}

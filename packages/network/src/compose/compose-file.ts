/** `docker-compose.yml`, generated from the manifest. */
import { stringify } from 'yaml'
import type { Part } from '../manifest/types.ts'
import { manifest } from '../manifest.ts'
import { containersOf } from './containers.ts'
import { databases, operator, setup } from './job-containers.ts'
import type { ComposeFile } from './types.ts'
import { dataVolumes, filledVolumes } from './volumes.ts'

const head = `# The network from images: "docker compose up --wait", then http://localhost:8080 and, for mail, http://localhost:1080.
# "docker compose run --rm operator admin you@example.org" makes the first administrator.
#
# Generated from packages/network/src/manifest.ts by "node packages/network/src/compose/write.ts"; a test compares the two.
# Images, ports and settings are variables: set them in the environment or in a file .env beside this one.
`

/** Docker, without the parts that exist natively only. */
export function composeDocument(parts: readonly Part[] = manifest): ComposeFile {
  const containers = parts.filter((part) => part.nativeOnly !== true).map(containersOf)
  return {
    name: 'vestibule',
    services: {
      setup: setup(parts),
      databases: databases(),
      ...Object.assign({}, ...containers),
      operator: operator(),
    },
    // What is internal has no way out: neither to the host nor to the internet.
    networks: {
      edge: null,
      // For Kratos alone: it asks the companies whose accounts people sign in with.
      out: null,
      'mail-ui': null,
      front: { internal: true },
      back: { internal: true },
      data: { internal: true },
      mail: { internal: true },
    },
    volumes: Object.fromEntries([...dataVolumes, ...filledVolumes(parts)].map((name) => [name, null])),
  }
}

export const composeText = (parts: readonly Part[] = manifest): string =>
  `${head}${stringify(composeDocument(parts), { lineWidth: 0, nullStr: '', aliasDuplicateObjects: false, version: '1.1' })}`

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { composeText } from './compose-file.ts'

/** Writes `docker-compose.yml` anew. */
writeFileSync(join(import.meta.dirname, '../../../../docker-compose.yml'), composeText())

import type { InternalClient } from '@app/http/internal-client'

/** Every service that keeps rows of people, by its name. */
export type Exporters = Readonly<Record<string, InternalClient>>

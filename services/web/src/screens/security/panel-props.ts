import type { Flow } from '../../kratos/flow.ts'
import type { Settings } from './use-settings.ts'

/** What every panel of Kratos' settings gets. A panel shows nothing while its method is switched off. */
export interface SecurityPanelProps {
  readonly flow: Flow
  readonly settings: Settings
  /** False when the person has to prove first that it is them; they are on their way to do so then. */
  readonly fresh: () => boolean
}

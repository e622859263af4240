import type { Speech } from '../../language/language.tsx'

interface Device {
  readonly browser: string | null
  readonly system: string | null
}

/** "Firefox on Linux", or as much of it as is known. */
export function deviceName(t: Speech['t'], { browser, system }: Device): string {
  if (browser && system) return t('security.sessions.on', { browser, system })
  return browser ?? system ?? t('security.sessions.unknown')
}

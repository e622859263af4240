import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import type { PasskeyFault } from './passkey.ts'

/** Why there is no passkey now; closing the browser's dialog is no mistake. */
export function PasskeyNotice({ fault }: { fault: PasskeyFault }) {
  const { t } = useSpeech()
  return <Notice tone={fault === 'cancelled' ? 'info' : 'warn'}>{t(`passkey.${fault}`)}</Notice>
}

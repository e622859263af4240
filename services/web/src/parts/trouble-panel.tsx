import { Button } from 'antd'
import { useEffect, useState } from 'react'
import type { Trouble } from '../api/trouble.ts'
import { useSpeech } from '../language/language.tsx'
import { CopyText } from './copy-text.tsx'
import { Icon } from './icon.tsx'
import { Notice } from './notice.tsx'

export interface TroublePanelProps {
  readonly trouble: Trouble
  readonly retry?: (() => void) | undefined
  /** True when something that was typed is still on the screen and was not saved. */
  readonly kept?: boolean
}

/** What happened, whether anything was lost, what to do, and the number to quote. */
export function TroublePanel({ trouble, retry, kept = false }: TroublePanelProps) {
  const { t } = useSpeech()
  const wait = useCountdown(trouble)
  return (
    <Notice
      tone="bad"
      title={t(`trouble.${trouble.kind}.title`)}
      action={
        retry ? (
          <Button onClick={retry} icon={<Icon name="retry" size={16} />}>
            {wait > 0 ? t('trouble.retryIn', { seconds: wait }) : t('trouble.retry')}
          </Button>
        ) : null
      }
    >
      <p>{t(`trouble.${trouble.kind}.text`)}</p>
      {kept ? <p>{t('trouble.kept')}</p> : null}
      {trouble.requestId ? (
        <p>
          {t('trouble.requestId')} <CopyText text={trouble.requestId} />
        </p>
      ) : null}
    </Notice>
  )
}

/** Whole seconds until the server wants to hear from us again; the button works before that, too. */
function useCountdown(trouble: Trouble): number {
  const [left, setLeft] = useState(trouble.retryAfterSeconds ?? 0)
  useEffect(() => {
    const end = Date.now() + (trouble.retryAfterSeconds ?? 0) * 1000
    const tick = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)))
    tick()
    const timer = setInterval(tick, 500)
    return () => clearInterval(timer)
  }, [trouble])
  return left
}

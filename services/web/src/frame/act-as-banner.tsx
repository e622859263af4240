import type { SessionView } from '@app/contracts/session'
import { Button } from 'antd'
import { troubleIn } from '../api/api-error.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import { When } from '../parts/when.tsx'
import style from './app-frame.module.css'
import { useStopActing } from './use-stop-acting.ts'

/** On every screen while somebody acts as somebody else: as whom, until when, and the way out. */
export function ActAsBanner({ session }: { session: SessionView }) {
  const { t } = useSpeech()
  const { stop, isPending, error } = useStopActing()
  return (
    <div className={style['claim']}>
      <Notice
        tone="warn"
        title={t('frame.actAs', { name: session.name })}
        action={
          stop ? (
            <Button danger onClick={stop} loading={isPending ? { delay: 300 } : false}>
              {t('frame.actAs.stop')}
            </Button>
          ) : null
        }
      >
        <p>
          {t('frame.actAs.until')} <When at={session.expiresAt} />
        </p>
      </Notice>
      {error ? <TroublePanel trouble={troubleIn(error)} /> : null}
    </div>
  )
}

import { stopImpersonation } from '@app/contracts/impersonations'
import type { SessionView } from '@app/contracts/session'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { troubleIn } from '../api/api-error.ts'
import { callApi } from '../api/client.ts'
import { impersonationsQuery } from '../api/queries.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import { When } from '../parts/when.tsx'
import style from './app-frame.module.css'

/** On every screen while somebody acts as somebody else: as whom, until when, and the way out. */
export function ActAsBanner({ session }: { session: SessionView }) {
  const { t } = useSpeech()
  const { data } = useQuery(impersonationsQuery)
  const stop = useMutation({
    mutationFn: (id: string) => callApi(stopImpersonation, { params: { impersonationId: id } }),
    // Everything on the screen was the other person's.
    onSuccess: () => window.location.assign('/'),
  })
  const current = data?.current
  return (
    <div className={style['claim']}>
      <Notice
        tone="warn"
        title={t('frame.actAs', { name: session.name })}
        action={
          current ? (
            <Button danger onClick={() => stop.mutate(current.id)} loading={stop.isPending ? { delay: 300 } : false}>
              {t('frame.actAs.stop')}
            </Button>
          ) : null
        }
      >
        <p>
          {t('frame.actAs.until')} <When at={session.expiresAt} />
        </p>
      </Notice>
      {stop.error ? <TroublePanel trouble={troubleIn(stop.error)} /> : null}
    </div>
  )
}

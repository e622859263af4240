import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useSession } from '../frame/signed-in.tsx'
import { useStopActing } from '../frame/use-stop-acting.ts'
import { useSpeech } from '../language/language.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import page from '../parts/page.module.css'
import { Title } from '../parts/title.tsx'

/** A screen that belongs to the person alone. Kratos knows only the administrator there, and would show and change their own account. */
export function OwnAlone({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useSpeech()
  const { actedById, name } = useSession()
  const { stop, isPending } = useStopActing()
  if (actedById === null) return children
  return (
    <div className={page['page']}>
      <div className={page['head']}>
        <Title text={title} />
      </div>
      <EmptyState icon="lock" title={t('ownAlone.title', { name })} text={t('ownAlone.text')}>
        <Button danger onClick={() => stop?.()} disabled={!stop} loading={isPending ? { delay: 300 } : false}>
          {t('ownAlone.stop')}
        </Button>
      </EmptyState>
    </div>
  )
}

import { Button } from 'antd'
import { CardFrame } from '../frame/card-frame.tsx'
import { useSpeech } from '../language/language.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import page from '../parts/page.module.css'
import { Title } from '../parts/title.tsx'

export function NotFoundScreen() {
  const { t } = useSpeech()
  return (
    <CardFrame title={t('notFound.title')} lead={t('notFound.text')}>
      <Button type="primary" size="large" block href="/">
        {t('error.home')}
      </Button>
    </CardFrame>
  )
}

/** A mistake of ours while drawing a page behind the door: the frame around it still works. */
export function BrokenPage() {
  const { t } = useSpeech()
  return (
    <div className={page['page']}>
      <Title text={t('broken.title')} />
      <EmptyState icon="alert" title={t('broken.what')} text={t('broken.text')}>
        <Button type="primary" onClick={() => window.location.reload()}>
          {t('broken.reload')}
        </Button>
      </EmptyState>
    </div>
  )
}

/** The same where there is no frame. */
export function BrokenScreen() {
  const { t } = useSpeech()
  return (
    <CardFrame title={t('broken.title')} lead={t('broken.text')} below={<a href="/">{t('error.home')}</a>}>
      <Button type="primary" size="large" block onClick={() => window.location.reload()}>
        {t('broken.reload')}
      </Button>
    </CardFrame>
  )
}

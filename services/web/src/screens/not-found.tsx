import { Button } from 'antd'
import { CardFrame } from '../frame/card-frame.tsx'
import { useSpeech } from '../language/language.tsx'

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

/** A mistake of ours while drawing a page: the rest of the product still works. */
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

import { useSpeech } from '../language/language.tsx'
import style from './skip-link.module.css'

/** The first thing a keyboard reaches: past the navigation, to the content. A button, so that the address stays as it is. */
export function SkipLink() {
  const { t } = useSpeech()
  return (
    <button type="button" className={style['skip']} onClick={() => document.getElementById('content')?.focus()}>
      {t('frame.skip')}
    </button>
  )
}

import { useSpeech } from '../language/language.tsx'
import style from './skip-link.module.css'

/** The first thing a keyboard reaches: past the navigation, to the content. */
export function SkipLink() {
  const { t } = useSpeech()
  return (
    <a
      className={style['skip']}
      href="#content"
      onClick={(event) => {
        event.preventDefault()
        document.getElementById('content')?.focus()
      }}
    >
      {t('frame.skip')}
    </a>
  )
}

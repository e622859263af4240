import { useState } from 'react'
import { useSpeech } from '../language/language.tsx'
import style from './copy-text.module.css'
import { Icon } from './icon.tsx'

/** A text in a fixed-width face with a button that copies it. */
export function CopyText({ text }: { text: string }) {
  const { t } = useSpeech()
  const [copied, setCopied] = useState(false)
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false), // Forbidden by the browser: the text can still be selected.
    )
  }
  return (
    <span className={style['copy']}>
      <code>{text}</code>
      <button type="button" onClick={copy} aria-label={t('copy.label', { text })}>
        <Icon name={copied ? 'check' : 'copy'} size={16} />
      </button>
      <span className="visually-hidden" aria-live="polite">
        {copied ? t('copy.done') : ''}
      </span>
    </span>
  )
}

import type { ReactNode } from 'react'
import { useSpeech } from '../language/language.tsx'
import { Title } from '../parts/title.tsx'
import style from './card-frame.module.css'
import { Mark, productName } from './mark.tsx'
import { SkipLink } from './skip-link.tsx'
import { LanguageSwitch, ThemeSwitch } from './switches.tsx'

export interface CardFrameProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly children: ReactNode
  /** Below the card: the other way in. */
  readonly below?: ReactNode
}

/** The frame of every screen before sign-in: one card, nothing that competes. */
export function CardFrame({ title, lead, children, below }: CardFrameProps) {
  const { t } = useSpeech()
  return (
    <div className={style['page']}>
      <SkipLink />
      <header className={style['brand']}>
        <a href="/" aria-label={t('frame.home', { product: productName })}>
          <Mark size={32} />
          <span>{productName}</span>
        </a>
      </header>
      <main id="content" tabIndex={-1} className={style['main']}>
        <div className={style['card']}>
          <div className={style['head']}>
            <Title text={title} className={style['title']} />
            {lead ? <div className={style['lead']}>{lead}</div> : null}
          </div>
          {children}
        </div>
        {below ? <p className={style['below']}>{below}</p> : null}
      </main>
      <footer className={style['foot']}>
        <LanguageSwitch />
        <ThemeSwitch />
      </footer>
    </div>
  )
}

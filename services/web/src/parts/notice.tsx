import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import style from './notice.module.css'

export type Tone = 'info' | 'good' | 'warn' | 'bad'

const icons: Record<Tone, IconName> = { info: 'info', good: 'good', warn: 'alert', bad: 'alert' }

/** A message inside a page. Errors interrupt a screen reader, the rest waits its turn. */
export function Notice({ tone, title, children, action }: { tone: Tone; title?: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={`${style['notice']} ${style[tone]}`}>
      <span className={style['icon']}>
        <Icon name={icons[tone]} />
      </span>
      <div className={style['body']}>
        {/* The action stays outside of what is read aloud: a countdown on a button would be read every second. */}
        <div role={tone === 'bad' ? 'alert' : 'status'}>
          {title ? <p className={style['title']}>{title}</p> : null}
          {children}
        </div>
        {action ? <div className={style['action']}>{action}</div> : null}
      </div>
    </div>
  )
}

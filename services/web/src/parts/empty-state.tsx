import type { ReactNode } from 'react'
import style from './empty-state.module.css'
import { Icon, type IconName } from './icon.tsx'

/** Nothing to show: says why and what to do. */
export function EmptyState({
  icon = 'people',
  title,
  text,
  children,
}: {
  icon?: IconName
  title: string
  text: string
  children?: ReactNode
}) {
  return (
    <div className={style['empty']}>
      <span className={style['sign']}>
        <Icon name={icon} size={24} />
      </span>
      <h2>{title}</h2>
      <p className="muted">{text}</p>
      {children}
    </div>
  )
}

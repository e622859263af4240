import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import style from './tag.module.css'

/** A state in a word; the colour only helps. */
export function Tag({ tone, icon, children }: { tone: 'good' | 'warn' | 'bad' | 'plain'; icon?: IconName; children: ReactNode }) {
  return (
    <span className={`${style['tag']} ${style[tone]}`}>
      {icon ? <Icon name={icon} size={14} /> : null}
      {children}
    </span>
  )
}

export function VerifiedTag({ verified, text }: { verified: boolean; text: string }) {
  return (
    <Tag tone={verified ? 'good' : 'warn'} icon={verified ? 'check' : 'alert'}>
      {text}
    </Tag>
  )
}

import type { ComponentProps } from 'react'
import { Icon } from './icon.tsx'
import style from './select.module.css'

/** The platform's own list: it speaks to screen readers and opens as phones do. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={`${style['box']} ${className ?? ''}`}>
      <select {...rest}>{children}</select>
      <Icon name="down" size={16} />
    </span>
  )
}

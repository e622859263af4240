import { type ReactNode, useEffect, useRef } from 'react'
import style from './security.module.css'

/** One state of a panel. When it changes, the button that had the focus is gone: the focus follows to what came in its place. */
export function Stage({ name, children }: { name: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  const shown = useRef(name)
  useEffect(() => {
    if (shown.current !== name) box.current?.focus()
    shown.current = name
  }, [name])
  return (
    <div ref={box} tabIndex={-1} className={style['stage']}>
      {children}
    </div>
  )
}

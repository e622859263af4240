import { type ReactNode, useEffect, useRef } from 'react'
import style from './stage.module.css'

interface StageProps {
  readonly name: string
  /** The focus goes into the first field, where that is all there is to do. */
  readonly toField?: boolean
  readonly children: ReactNode
}

/** One state of several. When it changes, the button that had the focus is gone: the focus follows to what came in its place. */
export function Stage({ name, toField = false, children }: StageProps) {
  const box = useRef<HTMLDivElement>(null)
  const shown = useRef(name)
  useEffect(() => {
    if (shown.current === name) return
    shown.current = name
    const field = toField ? box.current?.querySelector<HTMLElement>('input:not([type="hidden"], [readonly])') : null
    ;(field ?? box.current)?.focus()
  }, [name, toField])
  return (
    <div ref={box} tabIndex={-1} className={style['stage']}>
      {children}
    </div>
  )
}

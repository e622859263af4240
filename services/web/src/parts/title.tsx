import { type ReactNode, useEffect, useRef } from 'react'
import { productName } from '../frame/mark.tsx'

/** The path that had the focus last: the first page keeps the browser's, later ones start at their heading. */
let announcedPath: string | null = null

/** The page's `h1` and the browser's title. After a change of page the focus starts here. */
export function Title({ children, text, className }: { children?: ReactNode; text: string; className?: string | undefined }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = text === productName ? text : `${text} · ${productName}`
  }, [text])
  useEffect(() => {
    const path = window.location.pathname
    if (announcedPath !== null && announcedPath !== path) heading.current?.focus({ preventScroll: true })
    announcedPath = path
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {children ?? text}
    </h1>
  )
}

import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react'
import { useSpeech } from '../language/language.tsx'
import { Icon } from './icon.tsx'
import style from './toasts.module.css'

type Show = (text: string) => void

const ToastContext = createContext<Show>(() => {})

const visibleMs = 6000

/** Short news at the edge of the screen, read aloud when it comes; it survives a change of page. */
export function Toasts({ children }: { children: ReactNode }) {
  const { t } = useSpeech()
  const [toast, setToast] = useState<{ text: string; id: number } | null>(null)
  const show = useCallback((text: string) => setToast((before) => ({ text, id: (before?.id ?? 0) + 1 })), [])
  useEffect(() => {
    if (!toast) return
    const timer = setTimeout(() => setToast(null), visibleMs)
    return () => clearTimeout(timer)
  }, [toast])
  return (
    <ToastContext value={show}>
      {children}
      <section className={style['region']} aria-label={t('toast.region')} aria-live="polite">
        {toast ? (
          <div key={toast.id} className={style['toast']}>
            <Icon name="good" />
            <span>{toast.text}</span>
            <button type="button" onClick={() => setToast(null)} aria-label={t('toast.close')}>
              <Icon name="close" size={16} />
            </button>
          </div>
        ) : null}
      </section>
    </ToastContext>
  )
}

export function useToast(): Show {
  return use(ToastContext)
}

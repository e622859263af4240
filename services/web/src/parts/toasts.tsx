import { useIsMutating } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react'
import { useSpeech } from '../language/language.tsx'
import { Icon } from './icon.tsx'
import style from './toasts.module.css'

type Show = (text: string) => void

const ToastContext = createContext<Show>(() => {})
/** Tells that something is under way; what comes back tells that it is over. */
const WorkContext = createContext<() => () => void>(() => () => {})

const visibleMs = 6000
/** From here on a turning button says too little. */
const slowMs = 2000

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
  const [works, setWorks] = useState(0)
  const begin = useCallback(() => {
    setWorks((count) => count + 1)
    return () => setWorks((count) => count - 1)
  }, [])
  const slow = useSlow(useIsMutating() + works > 0)
  return (
    <ToastContext value={show}>
      <WorkContext value={begin}>{children}</WorkContext>
      <section className={style['region']} aria-label={t('toast.region')} aria-live="polite">
        {slow ? <div className={style['toast']}>{t('waiting.sending')}</div> : null}
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

/** True once it has gone on for so long that people wonder. */
function useSlow(working: boolean): boolean {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!working) return
    const timer = setTimeout(() => setSlow(true), slowMs)
    return () => {
      clearTimeout(timer)
      setSlow(false)
    }
  }, [working])
  return slow
}

/** Something that a person started and waits for, other than a mutation of a query: those are known. */
export function useWork(pending: boolean): void {
  const begin = use(WorkContext)
  useEffect(() => (pending ? begin() : undefined), [pending, begin])
}

export function useToast(): Show {
  return use(ToastContext)
}

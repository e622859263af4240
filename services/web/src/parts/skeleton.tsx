import { useEffect, useState } from 'react'
import { useSpeech } from '../language/language.tsx'
import style from './skeleton.module.css'

/** A grey place holder; `width` and `height` in CSS units. */
export function Bone({ width = '100%', height = 16 }: { width?: string | number; height?: number }) {
  return <span className={style['bone']} style={{ width, height }} />
}

/** After two seconds a wait gets words. */
export function Waiting() {
  const { t } = useSpeech()
  const [long, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 2000)
    return () => clearTimeout(timer)
  }, [])
  return (
    <p role="status" className={long ? style['words'] : 'visually-hidden'}>
      {long ? t('waiting.long') : t('waiting')}
    </p>
  )
}

/** A form that has not arrived yet, in the shape of the form. */
export function FormSkeleton({ fields }: { fields: number }) {
  return (
    <div className={style['form']} data-waiting="">
      {Array.from({ length: fields }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: place holders have nothing else.
        <div key={index} className={style['field']}>
          <Bone width={96} height={14} />
          <Bone height={40} />
        </div>
      ))}
      <Bone height={44} />
      <Waiting />
    </div>
  )
}

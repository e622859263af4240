import type { ReactNode } from 'react'
import style from './field.module.css'
import { Icon } from './icon.tsx'

export interface FieldProps {
  readonly id: string
  readonly label: string
  readonly help?: ReactNode
  readonly error?: string | null | undefined
  readonly aside?: ReactNode
  /** Gets what connects it to label, help and error. */
  readonly children: (wiring: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }) => ReactNode
}

/** A label above, a control, help and an error below. The error is announced when it appears. */
export function Field({ id, label, help, error, aside, children }: FieldProps) {
  const described = [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className={style['field']}>
      <div className={style['top']}>
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {error ? (
        <p id={`${id}-error`} className={style['error']} role="alert">
          <Icon name="alert" size={16} />
          <span>{error}</span>
        </p>
      ) : null}
      {help ? (
        <div id={`${id}-help`} className={style['help']}>
          {help}
        </div>
      ) : null}
    </div>
  )
}

import { Input, type InputRef } from 'antd'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useSpeech } from '../../language/language.tsx'
import { Field } from '../../parts/field.tsx'
import { labelText } from '../texts.ts'
import type { InputFieldProps } from './field-props.ts'
import style from './nodes.module.css'

/** A password: can be shown, says when Caps Lock is on, explains what a new one needs. */
export function PasswordField({ node, id, error, initial, onLeave, onEdit }: InputFieldProps) {
  const { language, t } = useSpeech()
  const [shown, setShown] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  const input = useRef<InputRef>(null)
  const { attributes } = node
  const isNew = attributes.autocomplete === 'new-password'
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))

  return (
    <Field
      id={id}
      label={isNew && id.startsWith('settings') ? t('field.password.new') : labelText(language, node)}
      error={error}
      help={isNew ? t('field.password.help') : undefined}
    >
      {(wiring) => (
        <>
          <Input
            {...wiring}
            ref={input}
            name={attributes.name}
            type={shown ? 'text' : 'password'}
            defaultValue={initial}
            required={attributes.required ?? false}
            disabled={attributes.disabled ?? false}
            autoComplete={attributes.autocomplete ?? 'current-password'}
            autoCapitalize="none"
            spellCheck={false}
            status={error ? 'error' : ''}
            onChange={() => onEdit(node)}
            onKeyDown={watchCapsLock}
            onKeyUp={watchCapsLock}
            onBlur={(event) => {
              setCapsLock(false)
              onLeave(node, event.target.value)
            }}
            suffix={
              <button
                type="button"
                className={style['show']}
                onClick={() => {
                  setShown(!shown)
                  input.current?.focus({ preventScroll: true })
                }}
              >
                {t(shown ? 'field.password.hide' : 'field.password.show')}{' '}
                <span className="visually-hidden">{t('field.password.lower')}</span>
              </button>
            }
          />
          <span aria-live="polite" className={style['caps']}>
            {capsLock ? t('field.password.capsLock') : ''}
          </span>
        </>
      )}
    </Field>
  )
}

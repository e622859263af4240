import { Checkbox, Input } from 'antd'
import type { FocusEvent } from 'react'
import { languages, type MessageKey } from '../../language/catalogue.ts'
import { useSpeech } from '../../language/language.tsx'
import { Field } from '../../parts/field.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Select } from '../../parts/select.tsx'
import { labelText } from '../texts.ts'
import type { InputFieldProps } from './field-props.ts'
import style from './nodes.module.css'
import { PasswordField } from './password-field.tsx'

/** A field of any type. Values stay in the DOM, so a password manager, a re-render and a new flow all leave them alone. */
export function InputField(props: InputFieldProps) {
  const { type, name } = props.node.attributes
  if (type === 'checkbox') return <TickField {...props} />
  if (type === 'password') return <PasswordField {...props} />
  if (name === 'traits.locale') return <LanguageField {...props} />
  return <TextField {...props} />
}

const keyboards: Record<string, 'email' | 'tel' | 'numeric' | 'url'> = { email: 'email', tel: 'tel', number: 'numeric', url: 'url' }

const helps: Record<string, MessageKey> = {
  code: 'field.code.help',
  totp_code: 'field.totp_code.help',
  lookup_secret: 'field.lookup_secret.help',
}

function TextField({ node, id, error, initial, onLeave, onEdit }: InputFieldProps) {
  const { language, t } = useSpeech()
  const { attributes } = node
  const isCode = attributes.name === 'code' || attributes.name === 'totp_code'
  const isRecoveryCode = attributes.name === 'lookup_secret'
  const help = helps[attributes.name]
  const keyboard = isCode ? 'numeric' : attributes.name === 'identifier' ? 'email' : keyboards[attributes.type]
  const label = labelText(language, node)
  return (
    <Field id={id} label={attributes.required ? label : t('field.optional', { label })} error={error} help={help ? t(help) : undefined}>
      {(wiring) => (
        <Input
          {...wiring}
          name={attributes.name}
          // Our own check runs first: the browser's bubbles speak another language than the screen.
          type={attributes.type === 'email' || attributes.type === 'number' ? 'text' : attributes.type}
          inputMode={keyboard}
          defaultValue={initial}
          required={attributes.required ?? false}
          disabled={attributes.disabled ?? false}
          readOnly={attributes.readonly ?? false}
          variant={attributes.readonly ? 'filled' : 'outlined'}
          autoComplete={attributes.autocomplete ?? (isCode ? 'one-time-code' : isRecoveryCode ? 'off' : 'on')}
          autoCapitalize={keyboard || isRecoveryCode ? 'none' : undefined}
          spellCheck={keyboard || isRecoveryCode ? false : undefined}
          maxLength={attributes.maxlength ?? undefined}
          status={error ? 'error' : ''}
          onChange={() => onEdit(node)}
          onBlur={(event: FocusEvent<HTMLInputElement>) => onLeave(node, event.target.value)}
        />
      )}
    </Field>
  )
}

function TickField({ node, id, error, onEdit }: InputFieldProps) {
  const { language, t } = useSpeech()
  const { attributes } = node
  /** Where to read what is agreed to. */
  const textAt = node.meta?.label?.context?.['textAt']
  return (
    <div>
      <Checkbox
        id={id}
        name={attributes.name}
        defaultChecked={attributes.value === true || attributes.value === 'true'}
        disabled={attributes.disabled ?? false}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        onChange={() => onEdit(node)}
      >
        {labelText(language, node)}
      </Checkbox>
      {typeof textAt === 'string' ? (
        <a className={style['textAt']} href={textAt} target="_blank" rel="noreferrer">
          {t('terms.read')}
        </a>
      ) : null}
      {error ? (
        <p id={`${id}-error`} className={style['bad']} role="alert">
          <Icon name="alert" size={16} />
          <span>{error}</span>
        </p>
      ) : null}
    </div>
  )
}

function LanguageField({ node, id, error, initial, onEdit }: InputFieldProps) {
  const { language, t } = useSpeech()
  return (
    <Field id={id} label={labelText(language, node)} error={error} help={t('field.traits.locale.help')}>
      {(wiring) => (
        <Select {...wiring} name={node.attributes.name} defaultValue={initial} onChange={() => onEdit(node)}>
          {languages.map((code) => (
            <option key={code} value={code} lang={code}>
              {t(`language.${code}`)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

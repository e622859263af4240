import { Button, Input, type InputRef } from 'antd'
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { troubleIn } from '../../api/api-error.ts'
import style from '../../kratos/nodes/nodes.module.css'
import { Field } from '../../parts/field.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'

interface OneFieldProps {
  readonly name: 'email' | 'code'
  readonly label: string
  readonly help?: ReactNode
  readonly verb: string
  readonly initial?: string
  /** What is wrong with what was typed, before it is sent. */
  readonly check: (value: string) => string | null
  /** What the server found wrong with it. */
  readonly refused: string | null
  readonly error: Error | null
  readonly pending: boolean
  readonly onSubmit: (value: string) => void
}

const keyboards = { email: 'email', code: 'numeric' } as const
const completes = { email: 'email', code: 'one-time-code' } as const

/** A question with one answer. */
export function OneField({ name, label, help, verb, initial = '', check, refused, error, pending, onSubmit }: OneFieldProps) {
  const id = useId()
  const input = useRef<InputRef>(null)
  const [value, setValue] = useState(initial)
  const [own, setOwn] = useState<string | null>(null)
  /** The server's word counts until the person corrects what it was about. */
  const [edited, setEdited] = useState(false)
  const fault = own ?? (edited ? null : refused)
  useEffect(() => {
    if (refused) input.current?.focus({ cursor: 'all' })
  }, [refused])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (pending) return
    const found = check(value)
    setOwn(found)
    if (found) return input.current?.focus()
    setEdited(false)
    onSubmit(value)
  }
  return (
    <form onSubmit={submit} className={style['form']} noValidate>
      {error && !refused ? <TroublePanel trouble={troubleIn(error)} retry={() => onSubmit(value)} kept /> : null}
      <Field id={id} label={label} help={help} error={fault}>
        {(wiring) => (
          <Input
            {...wiring}
            ref={input}
            name={name}
            value={value}
            required
            inputMode={keyboards[name]}
            autoComplete={completes[name]}
            autoCapitalize="none"
            spellCheck={false}
            maxLength={name === 'code' ? 12 : 254}
            status={fault ? 'error' : ''}
            onChange={(event) => {
              setValue(event.target.value)
              setOwn(null)
              setEdited(true)
            }}
          />
        )}
      </Field>
      <Button type="primary" size="large" block htmlType="submit" loading={pending ? { delay: 300 } : false}>
        {verb}
      </Button>
    </form>
  )
}

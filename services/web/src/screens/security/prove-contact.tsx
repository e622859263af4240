import { addPhone, type ContactView, changeEmail, confirmContact } from '@app/contracts/contact'
import { useMutation } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { type FormEvent, useId, useState } from 'react'
import { hereAnew, signInAddress } from '../../address/screens.ts'
import { ApiError, troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { useLeaving } from '../../kratos/use-leaving.ts'
import { useSpeech } from '../../language/language.tsx'
import { Field } from '../../parts/field.tsx'
import { Notice } from '../../parts/notice.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import style from './security.module.css'

interface ProveContactProps {
  readonly kind: 'email' | 'phone'
  readonly onDone: (contact: ContactView) => void
  readonly onCancel: () => void
}

/** A new address or number: first where to, then the code that went there. */
export function ProveContact({ kind, onDone, onCancel }: ProveContactProps) {
  const { t } = useSpeech()
  const [target, setTarget] = useState('')
  const [code, setCode] = useState('')
  const start = useMutation({
    mutationFn: (to: string) =>
      kind === 'email' ? callApi(changeEmail, { body: { email: to } }) : callApi(addPhone, { body: { phone: to } }),
  })
  const prove = useMutation({
    mutationFn: (proofId: string) => callApi(confirmContact, { params: { proofId }, body: { code: code.replaceAll(/\s/g, '') } }),
    onSuccess: onDone,
  })
  const proof = start.data
  if (!proof) {
    return (
      <Ask
        name={kind}
        label={t(`security.contact.${kind}.new`)}
        help={t(`security.contact.${kind}.help`)}
        verb={t('security.contact.send')}
        value={target}
        onChange={setTarget}
        refused={t(`security.contact.${kind}.refused`)}
        {...{ onCancel }}
        pending={start.isPending}
        error={start.error}
        onSubmit={() => start.mutate(target.trim())}
      />
    )
  }
  const again = () => {
    setCode('')
    prove.reset()
    start.reset()
  }
  return (
    <>
      <p role="status">{t(`security.contact.${kind}.sent`, { target: target.trim() })}</p>
      <Ask
        name="code"
        label={t('security.contact.code')}
        help={
          <Button type="link" className={style['again'] ?? ''} onClick={again}>
            {t('security.contact.again')}
          </Button>
        }
        verb={t('security.contact.confirm')}
        value={code}
        onChange={setCode}
        refused={prove.error instanceof ApiError && prove.error.status === 409 ? t('security.contact.taken') : t('security.contact.wrong')}
        {...{ onCancel }}
        pending={prove.isPending}
        error={prove.error}
        onSubmit={() => prove.mutate(proof.id)}
      />
    </>
  )
}

interface AskProps {
  readonly name: 'email' | 'phone' | 'code'
  readonly label: string
  readonly help: React.ReactNode
  readonly verb: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** What is said at the field when the answer names it. */
  readonly refused: string
  readonly pending: boolean
  readonly error: Error | null
  readonly onSubmit: () => void
  readonly onCancel: () => void
}

const isTextOnly = (error: Error | null) => error instanceof ApiError && error.code === 'text-message-not-enough'

/** A text message alone changes nothing here; the person comes back with something else. */
function AnotherWay() {
  const { t } = useSpeech()
  const { replace } = useLeaving(undefined)
  return (
    <Notice
      tone="bad"
      title={t('security.contact.text-only.title')}
      action={
        <Button onClick={() => replace(signInAddress(hereAnew(), { refresh: true }))}>{t('security.contact.text-only.again')}</Button>
      }
    >
      <p>{t('security.contact.text-only.text')}</p>
    </Notice>
  )
}

const keyboards = { email: 'email', phone: 'tel', code: 'numeric' } as const
const completes = { email: 'email', phone: 'tel', code: 'one-time-code' } as const

function Ask({ name, label, help, verb, value, onChange, refused, pending, error, onSubmit, onCancel }: AskProps) {
  const { t } = useSpeech()
  const id = useId()
  const atField = error instanceof ApiError && error.errors.some(({ path }) => path === name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (value.trim() !== '' && !pending) onSubmit()
  }
  return (
    <form onSubmit={submit} className={style['stage'] ?? ''} noValidate>
      {isTextOnly(error) ? <AnotherWay /> : error && !atField ? <TroublePanel trouble={troubleIn(error)} retry={onSubmit} kept /> : null}
      <Field id={id} label={label} help={help} error={atField ? refused : null}>
        {(wiring) => (
          <Input
            {...wiring}
            key={name}
            name={name}
            value={value}
            autoFocus
            inputMode={keyboards[name]}
            autoComplete={completes[name]}
            autoCapitalize="none"
            spellCheck={false}
            maxLength={name === 'code' ? 12 : 254}
            status={atField ? 'error' : ''}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
      <div className={style['row'] ?? ''}>
        <Button type="primary" htmlType="submit" loading={pending ? { delay: 300 } : false}>
          {verb}
        </Button>
        <Button onClick={onCancel}>{t('confirm.cancel')}</Button>
      </div>
    </form>
  )
}

import { type InvitationView, invitePerson } from '@app/contracts/people'
import type { Locale } from '@app/contracts/values'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal } from 'antd'
import { type SubmitEvent, useId, useRef, useState } from 'react'
import { ApiError, troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import type { MessageKey } from '../../language/catalogue.ts'
import { useSpeech } from '../../language/language.tsx'
import { Field } from '../../parts/field.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Select } from '../../parts/select.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import style from './people-parts.module.css'

type Faults = Partial<Record<'email' | 'name', MessageKey>>

/** Name, address and language; then it says what happens next. */
export function InvitePerson() {
  const { t } = useSpeech()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button type="primary" size="large" onClick={() => setOpen(true)}>
        {t('invite.open')}
      </Button>
      <Modal open={open} title={t('invite.title')} footer={null} onCancel={() => setOpen(false)} destroyOnHidden width={480}>
        <InviteForm onClose={() => setOpen(false)} />
      </Modal>
    </>
  )
}

function InviteForm({ onClose }: { onClose: () => void }) {
  const { t, language } = useSpeech()
  const id = useId()
  const form = useRef<HTMLFormElement>(null)
  const [faults, setFaults] = useState<Faults>({})
  const { mutate, isPending, error, data, reset } = useInvite((found) => {
    setFaults(found)
    focusFirst(form.current, found)
  })
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isPending) return
    const values = new FormData(event.currentTarget)
    const asked = { email: String(values.get('email')).trim(), name: String(values.get('name')).trim() }
    const found = faultsIn(asked)
    setFaults(found)
    if (Object.keys(found).length > 0) return focusFirst(form.current, found)
    mutate({ ...asked, locale: values.get('locale') === 'nl' ? 'nl' : 'en' })
  }
  if (data) return <Invited invitation={data} onAnother={reset} onClose={onClose} />
  /** On leaving a field with something in it; what was put right is no fault any more. */
  const check = (name: keyof Faults, value: string) => {
    const found = faultsIn({ email: 'ada@example.org', name: 'Ada', [name]: value.trim() })[name]
    if (value.trim() === '') return
    setFaults(({ [name]: _, ...rest }) => (found ? { ...rest, [name]: found } : rest))
  }
  const errorOf = (name: keyof Faults) => (faults[name] ? t(faults[name]) : null)
  return (
    <form ref={form} className={style['form']} noValidate onSubmit={send}>
      <p className="muted">{t('invite.lead')}</p>
      {error && Object.keys(faults).length === 0 ? <TroublePanel trouble={troubleIn(error)} kept /> : null}
      <Field id={`${id}-email`} label={t('fact.email')} error={errorOf('email')}>
        {(wiring) => (
          <Input
            {...wiring}
            name="email"
            type="email"
            maxLength={254}
            autoComplete="off"
            autoFocus
            onBlur={({ target }) => check('email', target.value)}
          />
        )}
      </Field>
      <Field id={`${id}-name`} label={t('fact.name')} error={errorOf('name')}>
        {(wiring) => (
          <Input {...wiring} name="name" maxLength={200} autoComplete="off" onBlur={({ target }) => check('name', target.value)} />
        )}
      </Field>
      <Field id={`${id}-locale`} label={t('fact.locale')} help={t('invite.locale.help')}>
        {(wiring) => (
          <Select {...wiring} name="locale" defaultValue={language}>
            <option value="en">{t('language.en')}</option>
            <option value="nl">{t('language.nl')}</option>
          </Select>
        )}
      </Field>
      <div className={style['buttons']}>
        <Button onClick={onClose}>{t('confirm.cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={isPending ? { delay: 300 } : false}>
          {t('invite.send')}
        </Button>
      </div>
    </form>
  )
}

function Invited({ invitation, onAnother, onClose }: { invitation: InvitationView; onAnother: () => void; onClose: () => void }) {
  const { t, date } = useSpeech()
  return (
    <div className={style['form']}>
      <Notice tone="good" title={t('invite.done.title', { name: invitation.name })}>
        <p>
          {t('invite.done.text', {
            email: invitation.email ?? '',
            until: date(invitation.expiresAt, { dateStyle: 'long', timeStyle: 'short' }),
          })}
        </p>
      </Notice>
      <div className={style['buttons']}>
        <Button onClick={onAnother}>{t('invite.another')}</Button>
        <Button type="primary" onClick={onClose} autoFocus>
          {t('invite.close')}
        </Button>
      </div>
    </div>
  )
}

function useInvite(onFaults: (found: Faults) => void) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: { email: string; name: string; locale: Locale }) => callApi(invitePerson, { body }),
    // Not waited for: the invitation is made, whether or not the lists can be read again just now.
    onSuccess: () => {
      for (const key of ['invitations', 'people']) void queryClient.invalidateQueries({ queryKey: [key] })
    },
    onError: (error) => onFaults(faultsOf(error)),
  })
}

/** What can be said before the server is asked. */
function faultsIn({ email, name }: { email: string; name: string }): Faults {
  return {
    ...(email === '' ? { email: 'invite.email.missing' } : /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? {} : { email: 'check.email' }),
    ...(name === '' ? { name: 'invite.name.missing' } : {}),
  }
}

function faultsOf(error: unknown): Faults {
  if (!(error instanceof ApiError)) return {}
  if (error.code === 'person-exists') return { email: 'invite.email.taken' }
  const paths = error.errors.map(({ path }) => path)
  return {
    ...(paths.includes('email') ? { email: 'invite.email.refused' } : {}),
    ...(paths.includes('name') ? { name: 'invite.name.refused' } : {}),
  }
}

function focusFirst(form: HTMLFormElement | null, faults: Faults): void {
  const [first] = (['email', 'name'] as const).filter((name) => faults[name])
  if (first) form?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus()
}

import {
  type AdministratorActionKind,
  activatePerson,
  deactivatePerson,
  endPersonSessions,
  type PersonSecurity,
  type ResettableFactor,
  resetPersonFactors,
  sendSignInLink,
} from '@app/contracts/people'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input, Modal } from 'antd'
import { type SubmitEvent, useId, useState } from 'react'
import { ApiError, troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { useSession } from '../../frame/signed-in.tsx'
import { useSpeech } from '../../language/language.tsx'
import { Field } from '../../parts/field.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Panel } from '../../parts/panel.tsx'
import { useToast } from '../../parts/toasts.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import style from '../people/people-parts.module.css'

const contractOf = {
  activate: activatePerson,
  deactivate: deactivatePerson,
  'end-sessions': endPersonSessions,
  'send-sign-in-link': sendSignInLink,
} as const

const refusals = ['own-account', 'last-administrator', 'person-inactive', 'person-unproven'] as const
const refusalOf = (error: unknown) => refusals.find((code) => error instanceof ApiError && error.code === code) ?? null

/** Each with a question, and with a reason that is kept. */
export function HelpActions({ seen, name }: { seen: PersonSecurity; name: string }) {
  const { t } = useSpeech()
  const { userId } = useSession()
  const [open, setOpen] = useState<AdministratorActionKind | null>(null)
  if (seen.personId === userId)
    return (
      <Panel title={t('help.title')}>
        <p className="muted">{t('help.refused.own-account')}</p>
      </Panel>
    )
  const active = seen.state === 'active'
  const kinds: AdministratorActionKind[] = active ? ['send-sign-in-link', 'end-sessions', 'reset-factors', 'deactivate'] : ['activate']
  return (
    <Panel title={t('help.title')} lead={t('help.lead')}>
      <div className={style['buttons']} style={{ justifyContent: 'flex-start' }}>
        {kinds.map((kind) => (
          <Button key={kind} danger={kind === 'deactivate' || kind === 'reset-factors'} onClick={() => setOpen(kind)}>
            {t(`help.do.${kind}`)}
          </Button>
        ))}
      </div>
      <Modal
        open={open !== null}
        title={open ? t(`help.ask.${open}`, { name }) : ''}
        footer={null}
        onCancel={() => setOpen(null)}
        destroyOnHidden
        width={480}
      >
        {open ? <ReasonForm kind={open} personId={seen.personId} onClose={() => setOpen(null)} /> : null}
      </Modal>
    </Panel>
  )
}

function ReasonForm({ kind, personId, onClose }: { kind: AdministratorActionKind; personId: string; onClose: () => void }) {
  const { t } = useSpeech()
  const id = useId()
  const [fault, setFault] = useState<string | null>(null)
  const [factors, setFactors] = useState<ResettableFactor[]>(['totp', 'recovery-codes'])
  const action = useAction(kind, personId, onClose)
  const refusal = refusalOf(action.error)
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget).get('reason')).trim()
    if (reason.length < 3 || factors.length === 0) {
      setFault(t(factors.length === 0 ? 'help.factors.missing' : 'help.reason.missing'))
      event.currentTarget.querySelector<HTMLElement>('[name="reason"]')?.focus()
      return
    }
    setFault(null)
    if (!action.isPending) action.mutate({ reason, factors })
  }
  return (
    <form className={style['form']} noValidate onSubmit={send}>
      <p>{t(`help.text.${kind}`)}</p>
      {refusal ? (
        <Notice tone="warn">{t(`help.refused.${refusal}`)}</Notice>
      ) : action.error ? (
        <TroublePanel trouble={troubleIn(action.error)} kept />
      ) : null}
      {kind === 'reset-factors' ? (
        <fieldset className={style['choices']}>
          <legend className="visually-hidden">{t('help.do.reset-factors')}</legend>
          {(['totp', 'recovery-codes', 'passkeys'] as const).map((factor) => (
            <Checkbox
              key={factor}
              checked={factors.includes(factor) || factors.includes('passkeys')}
              // Nobody gets at the passkeys past the extra steps: they go too.
              disabled={factor !== 'passkeys' && factors.includes('passkeys')}
              onChange={({ target }) => setFactors((old) => (target.checked ? [...old, factor] : old.filter((one) => one !== factor)))}
            >
              {t(`help.factor.${factor}`)}
            </Checkbox>
          ))}
          {factors.includes('passkeys') ? <p className="muted">{t('help.factors.passkeysToo')}</p> : null}
        </fieldset>
      ) : null}
      <Field id={`${id}-reason`} label={t('help.reason')} help={t('help.reason.help')} error={fault}>
        {(wiring) => <Input {...wiring} name="reason" maxLength={500} autoComplete="off" autoFocus />}
      </Field>
      <div className={style['buttons']}>
        <Button onClick={onClose}>{t('confirm.cancel')}</Button>
        <Button
          type="primary"
          danger={kind === 'deactivate' || kind === 'reset-factors'}
          htmlType="submit"
          loading={action.isPending ? { delay: 300 } : false}
        >
          {t(`help.do.${kind}`)}
        </Button>
      </div>
    </form>
  )
}

function useAction(kind: AdministratorActionKind, personId: string, onDone: () => void) {
  const { t } = useSpeech()
  const toast = useToast()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ reason, factors }: { reason: string; factors: ResettableFactor[] }) =>
      kind === 'reset-factors'
        ? callApi(resetPersonFactors, { params: { personId }, body: { reason, factors } })
        : callApi(contractOf[kind], { params: { personId }, body: { reason } }),
    onSuccess: () => {
      toast(t(`help.done.${kind}`))
      onDone()
    },
    onSettled: () => {
      for (const queryKey of [['person', personId], ['people']]) void queryClient.invalidateQueries({ queryKey })
    },
  })
}

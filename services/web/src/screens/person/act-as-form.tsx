import { requestImpersonation } from '@app/contracts/impersonations'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { type SubmitEvent, useId, useState } from 'react'
import { ApiError, troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { useSpeech } from '../../language/language.tsx'
import { Field } from '../../parts/field.tsx'
import { Notice } from '../../parts/notice.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import style from '../people/people-parts.module.css'

const { reason: Reason, minutes: Minutes } = requestImpersonation.body.shape
const refusals = ['cannot-act-as', 'impersonation-open'] as const

interface Faults {
  readonly reason?: string
  readonly minutes?: string
}

/** Why, and for how long. */
export function ActAsForm({ personId, onClose }: { personId: string; onClose: () => void }) {
  const { t } = useSpeech()
  const id = useId()
  const queryClient = useQueryClient()
  const [faults, setFaults] = useState<Faults>({})
  const ask = useMutation({
    mutationFn: (body: { reason: string; minutes: number }) => callApi(requestImpersonation, { body: { userId: personId, ...body } }),
    onSuccess: onClose,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['impersonations'] }),
  })
  const refusal = refusals.find((code) => ask.error instanceof ApiError && ask.error.code === code)
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const [reason, minutes] = [Reason.safeParse(data.get('reason')), Minutes.safeParse(Number(data.get('minutes')))]
    setFaults({
      ...(reason.success ? {} : { reason: t('actAs.reason.missing') }),
      ...(minutes.success ? {} : { minutes: t('actAs.minutes.wrong') }),
    })
    if (reason.success && minutes.success) {
      if (!ask.isPending) ask.mutate({ reason: reason.data, minutes: minutes.data })
    } else event.currentTarget.querySelector<HTMLElement>(`[name="${reason.success ? 'minutes' : 'reason'}"]`)?.focus()
  }
  return (
    <form className={style['form']} noValidate onSubmit={send}>
      <p>{t('actAs.ask.text')}</p>
      {refusal ? (
        <Notice tone="warn">{t(`actAs.refused.${refusal}`)}</Notice>
      ) : ask.error ? (
        <TroublePanel trouble={troubleIn(ask.error)} kept />
      ) : null}
      <Field id={`${id}-reason`} label={t('help.reason')} help={t('actAs.reason.help')} error={faults.reason}>
        {(wiring) => <Input {...wiring} name="reason" maxLength={300} autoComplete="off" autoFocus />}
      </Field>
      <Field id={`${id}-minutes`} label={t('actAs.minutes')} help={t('actAs.minutes.help')} error={faults.minutes}>
        {(wiring) => <Input {...wiring} name="minutes" type="number" inputMode="numeric" min={1} max={60} step={1} defaultValue={15} />}
      </Field>
      <div className={style['buttons']}>
        <Button onClick={onClose}>{t('confirm.cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={ask.isPending ? { delay: 300 } : false}>
          {t('actAs.ask')}
        </Button>
      </div>
    </form>
  )
}

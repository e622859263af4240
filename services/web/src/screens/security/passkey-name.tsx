import { namePasskey } from '@app/contracts/security'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { ApiError, troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { securityQuery } from '../../api/queries.ts'
import { useSpeech } from '../../language/language.tsx'
import { Field } from '../../parts/field.tsx'
import { useToast } from '../../parts/toasts.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import style from './security.module.css'

/** Names are ours: Kratos calls every passkey alike. */
export function PasskeyName({ passkeyId, name, onDone }: { passkeyId: string; name: string; onDone: () => void }) {
  const { t } = useSpeech()
  const toast = useToast()
  const queryClient = useQueryClient()
  const [missing, setMissing] = useState(false)
  const { mutate, isPending, error } = useMutation({
    mutationFn: (wanted: string) => callApi(namePasskey, { params: { passkeyId }, body: { name: wanted } }),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: securityQuery.queryKey })
      toast(t('settings.saved'))
      onDone()
    },
  })
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const typed = new FormData(event.currentTarget).get('name')
    const wanted = typeof typed === 'string' ? typed.trim() : ''
    setMissing(wanted === '')
    if (wanted !== '' && !isPending) mutate(wanted)
  }
  const refused = error instanceof ApiError && error.status === 400
  return (
    <form className={style['rename']} noValidate onSubmit={send}>
      <Field
        id={`passkey-${passkeyId}`}
        label={t('security.passkey.nameLabel')}
        help={t('security.passkey.nameHelp')}
        error={missing ? t('check.missing') : refused ? t('check.line') : null}
      >
        {(wiring) => <Input {...wiring} name="name" defaultValue={name} maxLength={100} autoFocus autoComplete="off" />}
      </Field>
      {error && !refused ? <TroublePanel trouble={troubleIn(error)} kept /> : null}
      <div className={style['row']}>
        <Button type="primary" htmlType="submit" loading={isPending ? { delay: 300 } : false}>
          {t('security.passkey.nameSave')}
        </Button>
        <Button onClick={onDone}>{t('confirm.cancel')}</Button>
      </div>
    </form>
  )
}

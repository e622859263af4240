import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { ApiError, troubleIn } from '../../api/api-error.ts'
import style from '../../kratos/nodes/nodes.module.css'
import { useSpeech } from '../../language/language.tsx'
import { Notice } from '../../parts/notice.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import { type AskedCode, maxTries } from './asked-code.ts'
import { OneField } from './one-field.tsx'
import own from './register.module.css'
import { type Registration, resendAfterMs } from './use-registration.ts'

/** The code from the mail. Whoever has an account finds that in the mail instead: here nothing tells. */
export function CodeStep({ asked, registration }: { readonly asked: AskedCode; readonly registration: Registration }) {
  const { t } = useSpeech()
  const { ask, prove, go } = registration
  const digits = (value: string) => value.replaceAll(/[\s-]/g, '')
  const check = (value: string) => {
    if (digits(value) === '') return t('check.codeMissing')
    return /^\d{6}$/.test(digits(value)) ? null : t('register.code.six')
  }
  const isWrong = prove.error instanceof ApiError && prove.error.status === 422
  return (
    <div className={style['form']}>
      {ask.isSuccess && asked.isRepeat ? <Notice tone="good">{t('register.code.sent')}</Notice> : null}
      {ask.error ? <TroublePanel trouble={troubleIn(ask.error)} retry={() => ask.mutate(asked.email)} /> : null}
      <OneField
        key={asked.id}
        name="code"
        label={t('field.code')}
        help={t('field.code.help')}
        verb={t('code.confirm')}
        check={check}
        refused={isWrong ? t(asked.wrongTries >= maxTries ? 'register.code.tooMany' : 'register.code.wrong') : null}
        error={prove.error}
        pending={prove.isPending}
        onSubmit={(value) => prove.mutate({ of: asked, code: digits(value) })}
      />
      <div className={own['links']}>
        <Resend sentAt={asked.sentAt} pending={ask.isPending} onAsk={() => ask.mutate(asked.email)} />
        <Button type="link" onClick={() => go('address')}>
          {t('register.code.change')}
        </Button>
      </div>
    </div>
  )
}

/** Says itself how long to wait. */
function Resend({ sentAt, pending, onAsk }: { sentAt: number; pending: boolean; onAsk: () => void }) {
  const { t } = useSpeech()
  const seconds = useSecondsUntil(sentAt + resendAfterMs)
  if (seconds > 0) return <p className={own['wait']}>{t('register.code.againIn', { seconds })}</p>
  return (
    <Button type="link" loading={pending ? { delay: 300 } : false} onClick={onAsk}>
      {t('register.code.again')}
    </Button>
  )
}

function useSecondsUntil(moment: number): number {
  const left = () => Math.min(Math.max(0, Math.ceil((moment - Date.now()) / 1000)), resendAfterMs / 1000)
  const [seconds, setSeconds] = useState(left)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `left` follows from the moment.
  useEffect(() => {
    setSeconds(left())
    const timer = setInterval(() => setSeconds(left()), 1000)
    return () => clearInterval(timer)
  }, [moment])
  return seconds
}

import { redeemSetupLink } from '@app/contracts/setup-links'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { ApiError, troubleIn } from '../api/api-error.ts'
import { callApi } from '../api/client.ts'
import type { Trouble } from '../api/trouble.ts'
import { CardFrame } from '../frame/card-frame.tsx'
import { submitFlow } from '../kratos/client.ts'
import { useLeaving } from '../kratos/use-leaving.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import { useWork } from '../parts/toasts.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import { forgetSetupToken, setupToken } from './setup-token.ts'

type Stand = { kind: 'ready' } | { kind: 'invalid' } | { kind: 'trouble'; trouble: Trouble }

/** The way in with a link, of the operator or from a mail: one button, because opening a link alone must not use it up. */
export function SetupScreen() {
  const { t } = useSpeech()
  const { stand, begin, pending } = useSetup()
  return (
    <CardFrame
      title={t('setup.title')}
      lead={stand.kind === 'invalid' ? null : t('setup.lead')}
      below={<Link to="/sign-in">{t('recover.back')}</Link>}
    >
      {stand.kind === 'trouble' ? <TroublePanel trouble={stand.trouble} /> : null}
      {stand.kind === 'invalid' ? (
        <Notice tone="warn" title={t('setup.invalid.title')}>
          <p>{t('setup.invalid.text')}</p>
          <p>
            <Link to="/recover">{t('setup.invalid.recover')}</Link>
          </p>
        </Notice>
      ) : (
        <Button type="primary" size="large" block onClick={begin} loading={pending ? { delay: 300 } : false}>
          {t('setup.button')}
        </Button>
      )}
    </CardFrame>
  )
}

function useSetup() {
  const { arrive } = useLeaving(undefined)
  const [stand, setStand] = useState<Stand>(setupToken() ? { kind: 'ready' } : { kind: 'invalid' })
  const [pending, setPending] = useState(false)
  useWork(pending)
  const busy = useRef(false)
  const recovery = useRef<{ flowId: string; code: string } | null>(null)

  const begin = () => {
    const token = setupToken()
    if (busy.current || (!token && !recovery.current)) return
    busy.current = true
    setPending(true)
    void run(token ?? '').finally(() => {
      busy.current = false
      setPending(false)
    })
  }

  const run = async (token: string) => {
    try {
      // Redeemed once: a retry after a failed second half goes on with what the first half gave.
      recovery.current ??= await callApi(redeemSetupLink, { body: { token } })
      forgetSetupToken()
    } catch (error) {
      if (error instanceof ApiError && (error.status === 410 || error.status === 400)) {
        forgetSetupToken()
        return setStand({ kind: 'invalid' })
      }
      return setStand({ kind: 'trouble', trouble: troubleIn(error) })
    }
    const { flowId, code } = recovery.current
    const outcome = await submitFlow('recovery', flowId, { method: 'code', code })
    if (outcome.kind === 'trouble') return setStand(outcome)
    if (outcome.kind === 'signed-in-already') return arrive('/new-password')
    if (outcome.kind !== 'done') return setStand({ kind: 'invalid' })
    const settings = outcome.next.find((step) => step.action === 'show_settings_ui')
    arrive(settings ? `/new-password?flow=${encodeURIComponent(settings.flow.id)}` : '/new-password')
  }
  return { stand, begin, pending }
}

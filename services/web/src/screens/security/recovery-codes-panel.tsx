import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { securityQuery } from '../../api/queries.ts'
import { useSession } from '../../frame/signed-in.tsx'
import { inputNamed } from '../../kratos/ceremony.ts'
import { nodesIn } from '../../kratos/secrets.ts'
import { useSpeech } from '../../language/language.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Stage } from '../../parts/stage.tsx'
import { OnTag } from './on-tag.tsx'
import type { SecurityPanelProps } from './panel-props.ts'
import { newRecoveryCodes, RecoveryCodes } from './recovery-codes.tsx'
import style from './security.module.css'

/** Codes for the day the phone is gone: make, keep, replace, switch off. Codes that were kept are never shown again. */
export function RecoveryCodesPanel({ flow, settings }: SecurityPanelProps) {
  const { t } = useSpeech()
  const { email } = useSession()
  const nodes = nodesIn(flow, 'lookup_secret')
  if (nodes.length === 0) return null
  const codes = newRecoveryCodes({ flow })
  const isOn = inputNamed(nodes, 'lookup_secret_disable') !== undefined
  const make = () => settings.press('lookup_secret', { lookup_secret_regenerate: true })
  const waiting = settings.waitsFor('lookup_secret')
  // Asked for at every sign-in, with nothing that they stand in for, they would soon be used up.
  const hasApp = inputNamed(flow.ui.nodes, 'totp_unlink') !== undefined
  const stage = codes.length > 0 ? 'new' : isOn ? 'on' : 'off'
  return (
    <Panel
      split
      title={t('settings.lookup_secret.title')}
      lead={t('settings.lookup_secret.lead')}
      aside={<OnTag isOn={isOn} />}
      id="recovery-codes"
    >
      <Stage name={stage}>
        {stage === 'new' ? <RecoveryCodes {...{ codes, settings }} email={email ?? ''} /> : null}
        {stage === 'on' ? (
          <>
            <CodesLeft />
            <div className={style['row']}>
              <ConfirmButton
                label={t('security.codes.again')}
                title={t('security.codes.again.title')}
                verb={t('security.codes.again')}
                danger={false}
                waiting={waiting}
                onConfirm={make}
              >
                {t('security.codes.again.text')}
              </ConfirmButton>
              <ConfirmButton
                label={t('security.codes.off')}
                title={t('security.codes.off.title')}
                verb={t('security.codes.off')}
                onConfirm={() => settings.press('lookup_secret', { lookup_secret_disable: true })}
              >
                {t('security.codes.off.text')}
              </ConfirmButton>
            </div>
          </>
        ) : null}
        {stage === 'off' && !hasApp ? <p>{t('security.codes.appFirst')}</p> : null}
        {stage === 'off' && hasApp ? (
          <div>
            <Button onClick={make} loading={waiting ? { delay: 300 } : false}>
              {t('security.codes.make')}
            </Button>
          </div>
        ) : null}
      </Stage>
    </Panel>
  )
}

/** With so many left it is time for new ones. */
const few = 3

function CodesLeft() {
  const { t } = useSpeech()
  const { data } = useQuery(securityQuery)
  const left = data?.recoveryCodes?.left
  if (left !== undefined && left <= few) return <Notice tone="warn">{t('security.codes.few', { left })}</Notice>
  return <p>{left === undefined ? t('security.codes.on') : t('security.codes.left', { left })}</p>
}

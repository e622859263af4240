import { Button } from 'antd'
import { useState } from 'react'
import { inputNamed } from '../../kratos/ceremony.ts'
import { nodesIn } from '../../kratos/secrets.ts'
import { useSpeech } from '../../language/language.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Stage } from '../../parts/stage.tsx'
import { OnTag } from './on-tag.tsx'
import type { SecurityPanelProps } from './panel-props.ts'
import { TotpSetup } from './totp-setup.tsx'

/** The authenticator app: set up, or remove. */
export function TotpPanel({ flow, settings, fresh }: SecurityPanelProps) {
  const { t } = useSpeech()
  const [begun, setBegun] = useState(false)
  const nodes = nodesIn(flow, 'totp')
  if (nodes.length === 0) return null
  const isOn = inputNamed(nodes, 'totp_unlink') !== undefined
  const stage = isOn ? 'on' : begun ? 'begun' : 'off'
  if (isOn && begun) setBegun(false)
  return (
    <Panel split title={t('settings.totp.title')} lead={t('settings.totp.lead')} aside={<OnTag isOn={isOn} />} id="totp">
      <Stage name={stage}>
        {stage === 'on' ? (
          <>
            <p>{t('security.totp.on')}</p>
            <div>
              <ConfirmButton
                label={t('kratos.1050004')}
                title={t('security.totp.remove.title')}
                verb={t('security.remove')}
                waiting={settings.waitsFor('totp')}
                onConfirm={() => settings.press('totp', { totp_unlink: true })}
              >
                {t('security.totp.remove.text')}
              </ConfirmButton>
            </div>
          </>
        ) : stage === 'begun' ? (
          <>
            <TotpSetup flow={flow} settings={settings} />
            <div>
              <Button onClick={() => setBegun(false)}>{t('confirm.cancel')}</Button>
            </div>
          </>
        ) : (
          <div>
            <Button onClick={() => fresh() && setBegun(true)}>{t('security.totp.begin')}</Button>
          </div>
        )}
      </Stage>
    </Panel>
  )
}

import { Button } from 'antd'
import { inputNamed, isNamed } from '../../kratos/ceremony.ts'
import { hasPasskeys } from '../../kratos/passkey.ts'
import { PasskeyNotice } from '../../kratos/passkey-notice.tsx'
import { nodesIn } from '../../kratos/secrets.ts'
import { useCeremony } from '../../kratos/use-ceremony.ts'
import { useSpeech } from '../../language/language.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Stage } from '../../parts/stage.tsx'
import type { SecurityPanelProps } from './panel-props.ts'
import { PasskeyRow } from './passkey-row.tsx'
import style from './security.module.css'

/** Passkeys: those that are there, oldest first, and a new one. */
export function PasskeysPanel({ flow, settings, fresh }: SecurityPanelProps) {
  const { t } = useSpeech()
  const nodes = nodesIn(flow, 'passkey')
  const passkey = useCeremony(nodes)
  const trigger = inputNamed(nodes, 'passkey_register_trigger')
  const kept = nodes.filter((node) => isNamed(node, 'passkey_remove'))
  if (nodes.length === 0) return null
  const add = () => {
    if (!trigger || settings.pending || !fresh()) return
    passkey.begin(
      trigger,
      () => '',
      (field, proof) => settings.press('passkey', { [field]: proof }),
    )
  }
  return (
    <Panel split title={t('settings.passkey.title')} lead={t('settings.passkey.lead')} id="passkeys">
      <Stage name={String(kept.length)}>
        {kept.length > 0 ? (
          <ul className={style['list']}>
            {kept.map((node) => (
              <PasskeyRow key={String(node.attributes.value)} node={node} settings={settings} />
            ))}
          </ul>
        ) : (
          <p className="muted">{t('security.passkey.none')}</p>
        )}
        {hasPasskeys() ? (
          <div>
            <Button onClick={add} loading={passkey.asking || settings.waitsFor('passkey') ? { delay: 300 } : false}>
              {t('kratos.1050019')}
            </Button>
          </div>
        ) : (
          <p className="muted">{t('passkey.unsupported')}</p>
        )}
        {passkey.fault ? <PasskeyNotice fault={passkey.fault} /> : null}
      </Stage>
    </Panel>
  )
}

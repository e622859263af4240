import { Button } from 'antd'
import { inputNamed } from '../../kratos/ceremony.ts'
import type { InputNode } from '../../kratos/flow.ts'
import { hasPasskeys } from '../../kratos/passkey.ts'
import { PasskeyNotice } from '../../kratos/passkey-notice.tsx'
import { nodesIn } from '../../kratos/secrets.ts'
import { useCeremony } from '../../kratos/use-ceremony.ts'
import { useSpeech } from '../../language/language.tsx'
import { Panel } from '../../parts/panel.tsx'
import type { SecurityPanelProps } from './panel-props.ts'
import { PasskeyRow } from './passkey-row.tsx'
import style from './security.module.css'
import { Stage } from './stage.tsx'

/** Passkeys: those that are there, oldest first, and a new one. */
export function PasskeysPanel({ flow, settings, fresh }: SecurityPanelProps) {
  const { t } = useSpeech()
  const nodes = nodesIn(flow, 'passkey')
  const passkey = useCeremony(nodes)
  const trigger = inputNamed(nodes, 'passkey_register_trigger')
  const kept = nodes.filter((node): node is InputNode => node.attributes.node_type === 'input' && node.attributes.name === 'passkey_remove')
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

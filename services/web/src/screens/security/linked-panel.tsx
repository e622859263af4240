import { Button } from 'antd'
import type { InputNode } from '../../kratos/flow.ts'
import { nodesIn } from '../../kratos/secrets.ts'
import { useSpeech } from '../../language/language.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Panel } from '../../parts/panel.tsx'
import type { SecurityPanelProps } from './panel-props.ts'
import style from './security.module.css'

/** Accounts elsewhere. Kratos leaves the last way in out of the list: it cannot be unlinked. */
export function LinkedPanel({ flow, settings, fresh }: SecurityPanelProps) {
  const { t } = useSpeech()
  const providers = nodesIn(flow, 'oidc').filter((node): node is InputNode => node.attributes.node_type === 'input')
  if (providers.length === 0) return null
  return (
    <Panel split title={t('settings.oidc.title')} lead={t('settings.oidc.lead')} id="linked">
      <ul className={style['list']}>
        {providers.map(({ attributes, meta }) => {
          const id = String(attributes.value ?? '')
          const provider = String(meta?.label?.context?.['provider'] ?? id)
          return (
            <li key={id} className={style['item']}>
              <div>
                <p className={style['name']}>{provider}</p>
                <p className="muted">{t(attributes.name === 'unlink' ? 'security.linked.yes' : 'security.linked.no')}</p>
              </div>
              {attributes.name === 'unlink' ? (
                <ConfirmButton
                  label={t('security.linked.unlink')}
                  name={t('kratos.1050003', { provider })}
                  title={t('security.linked.unlink.title', { provider })}
                  verb={t('security.linked.unlink')}
                  onConfirm={() => settings.press('oidc', { unlink: id })}
                >
                  {t('security.linked.unlink.text', { provider })}
                </ConfirmButton>
              ) : (
                <Button aria-label={t('kratos.1050002', { provider })} onClick={() => fresh() && settings.press('oidc', { link: id })}>
                  {t('security.linked.link')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

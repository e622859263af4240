import type { InputNode } from '../../kratos/flow.ts'
import { isField } from '../../kratos/flow.ts'
import { FlowForm } from '../../kratos/flow-form.tsx'
import { nodesIn, pictureIn, secretsIn } from '../../kratos/secrets.ts'
import type { MessageKey } from '../../language/catalogue.ts'
import { useSpeech } from '../../language/language.tsx'
import { CopyText } from '../../parts/copy-text.tsx'
import type { SecurityPanelProps } from './panel-props.ts'
import style from './security.module.css'

/** Three steps: an app, its key by picture or by hand, and the first code as the proof that it works. */
export function TotpSetup({ flow, settings, compact = true }: Pick<SecurityPanelProps, 'flow' | 'settings'> & { compact?: boolean }) {
  const { t } = useSpeech()
  const nodes = nodesIn(flow, 'totp')
  const picture = pictureIn(nodes)
  const [secret] = secretsIn(nodes)
  const asked = nodes.filter(({ attributes }) => attributes.node_type === 'input')
  const sent = [...nodesIn(flow, 'default'), ...asked]
  return (
    <ol className={style['steps']}>
      <li>{t('security.totp.step.app')}</li>
      <li>
        <p>{t('security.totp.step.scan')}</p>
        {picture ? <img className={style['picture']} src={picture} alt={t('kratos.1050005')} width={200} height={200} /> : null}
        {secret ? (
          <p className={style['secret']}>
            <span className="muted">{t('security.totp.byHand')}</span> <CopyText text={secret} />
          </p>
        ) : null}
      </li>
      <li>
        <p>{t('security.totp.step.code')}</p>
        <FlowForm
          kind="settings"
          flow={flow}
          plan={{
            group: 'totp',
            groups: [{ group: 'totp', nodes: [...asked.filter(isField), ...asked.filter((node) => !isField(node))] }],
            nodes: sent,
          }}
          pending={settings.pending}
          answers={settings.answers}
          submit={settings.submit}
          verb={verb}
          compact={compact}
        />
      </li>
    </ol>
  )
}

function verb(node: InputNode): MessageKey | undefined {
  return node.attributes.name === 'method' ? 'security.totp.confirm' : undefined
}

import { queryOptions, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { securityQuery } from '../../api/queries.ts'
import { createFlow } from '../../kratos/client.ts'
import type { Flow, InputNode } from '../../kratos/flow.ts'
import { nodesIn } from '../../kratos/secrets.ts'
import { useSpeech } from '../../language/language.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Panel } from '../../parts/panel.tsx'
import type { SecurityPanelProps } from './panel-props.ts'
import style from './security.module.css'

/** What providers are called that Kratos leaves out of the settings: whoever signs in once more is offered them. */
const namesQuery = queryOptions({
  queryKey: ['provider names'],
  queryFn: async ({ signal }): Promise<Record<string, string>> => {
    const outcome = await createFlow('login', { refresh: true }, signal)
    if (outcome.kind !== 'show') throw new Error('There is no form that names the providers')
    return Object.fromEntries(buttonsIn(outcome.flow).map((node) => [idOf(node), nameOf(node)]))
  },
  staleTime: Number.POSITIVE_INFINITY,
})

const buttonsIn = (flow: Flow) => nodesIn(flow, 'oidc').filter((node): node is InputNode => node.attributes.node_type === 'input')
const idOf = ({ attributes }: InputNode) => String(attributes.value ?? '')
const nameOf = (node: InputNode) => String(node.meta?.label?.context?.['provider'] ?? idOf(node))

/** Accounts elsewhere. Kratos leaves the last way in out of its list: here it says why it cannot be unlinked. */
export function LinkedPanel({ flow, settings, fresh }: SecurityPanelProps) {
  const { t } = useSpeech()
  // The screen has asked: to ask again as this appears would keep the screen from settling where there is no answer.
  const linked = useQuery({ ...securityQuery, enabled: false }).data?.providers ?? []
  const offered = buttonsIn(flow)
  const kept = linked.filter((id) => offered.every((node) => idOf(node) !== id))
  const names = useQuery({ ...namesQuery, enabled: kept.length > 0 }).data
  if (offered.length + kept.length === 0) return null
  return (
    <Panel split title={t('settings.oidc.title')} lead={t('settings.oidc.lead')} id="linked">
      <ul className={style['list']}>
        {kept.map((id) => (
          <li key={id} className={style['item']}>
            <div>
              <p className={style['name']}>{names?.[id] ?? id}</p>
              <p className="muted">{t('security.linked.last')}</p>
            </div>
          </li>
        ))}
        {offered.map((node) => (
          <OfferedRow key={idOf(node)} {...{ node, settings, fresh }} />
        ))}
      </ul>
    </Panel>
  )
}

function OfferedRow({ node, settings, fresh }: Omit<SecurityPanelProps, 'flow'> & { node: InputNode }) {
  const { t } = useSpeech()
  const [id, provider] = [idOf(node), nameOf(node)]
  const isLinked = node.attributes.name === 'unlink'
  return (
    <li className={style['item']}>
      <div>
        <p className={style['name']}>{provider}</p>
        <p className="muted">{t(isLinked ? 'security.linked.yes' : 'security.linked.no')}</p>
      </div>
      {isLinked ? (
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
}

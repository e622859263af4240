import type { PersonSecurity } from '@app/contracts/people'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { troubleIn } from '../../api/api-error.ts'
import { personActivityQuery, personSecurityQuery } from '../../api/queries.ts'
import { useSpeech } from '../../language/language.tsx'
import page from '../../parts/page.module.css'
import { ListTrouble, LoadMore } from '../../parts/paged-list.tsx'
import { Facts, Panel } from '../../parts/panel.tsx'
import { Bone, Waiting } from '../../parts/skeleton.tsx'
import { Tag } from '../../parts/tag.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import { When } from '../../parts/when.tsx'
import style from '../people/people-parts.module.css'
import { ActAsPanel } from './act-as-panel.tsx'
import { HelpActions } from './help-actions.tsx'

/** How somebody gets in, and what an administrator can do about it. */
export function HelpPanels({ personId, name }: { personId: string; name: string }) {
  const { t } = useSpeech()
  const { data: seen, error, refetch } = useQuery(personSecurityQuery(personId))
  if (error) return <TroublePanel trouble={troubleIn(error)} retry={() => void refetch()} />
  if (!seen)
    return (
      <Panel title={t('help.ways.title')}>
        <Bone height={160} />
        <Waiting />
      </Panel>
    )
  return (
    <>
      <div className={page['columns']}>
        <WaysIn seen={seen} />
        <Sessions seen={seen} />
      </div>
      <HelpActions seen={seen} name={name} />
      <ActAsPanel seen={seen} name={name} />
      <div className={page['columns']}>
        <History personId={personId} />
        <Actions seen={seen} />
      </div>
    </>
  )
}

function WaysIn({ seen }: { seen: PersonSecurity }) {
  const { t } = useSpeech()
  const { factors, invitation, emailVerified } = seen
  const mark = (on: boolean) => <Tag tone={on ? 'good' : 'plain'}>{t(on ? 'help.set' : 'help.notSet')}</Tag>
  return (
    <Panel title={t('help.ways.title')} lead={t('help.ways.lead')}>
      <Facts
        items={[
          ...(invitation && !emailVerified
            ? [
                [
                  t('help.invitation'),
                  <Tag key="invitation" tone="warn">
                    {t(`help.invitation.${invitation.state}`)}
                  </Tag>,
                ] as const,
              ]
            : []),
          [t('help.password'), mark(factors.password)],
          [t('help.totp'), mark(factors.totp)],
          [t('help.recoveryCodes'), mark(factors.recoveryCodes)],
          [t('help.passkeys'), factors.passkeys === 0 ? mark(false) : t('help.passkeys.count', { count: factors.passkeys })],
          [t('help.providers'), factors.providers.length === 0 ? mark(false) : factors.providers.join(', ')],
        ]}
      />
    </Panel>
  )
}

function Sessions({ seen }: { seen: PersonSecurity }) {
  const { t } = useSpeech()
  return (
    <Panel title={t('help.sessions.title')}>
      {seen.sessions.length === 0 ? <p className="muted">{t('help.sessions.none')}</p> : null}
      <ul className={style['list']}>
        {seen.sessions.map(({ id, browser, system, address, signedInAt }) => (
          <li key={id}>
            <span className={style['words']}>
              <span>{[browser, system].filter(Boolean).join(', ') || t('help.device.unknown')}</span>
              <span className={`muted ${style['small']}`}>{address}</span>
            </span>
            <span className={`muted numbers ${style['small']}`}>
              <When at={signedInAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function History({ personId }: { personId: string }) {
  const { t } = useSpeech()
  const list = useInfiniteQuery(personActivityQuery(personId))
  const items = list.data?.pages.flatMap((one) => one.items) ?? []
  return (
    <Panel title={t('help.history.title')}>
      <ListTrouble list={list} />
      {list.data && items.length === 0 ? <p className="muted">{t('help.history.none')}</p> : null}
      <ul className={style['list']}>
        {items.map(({ id, kind, at, address, browser, system }) => (
          <li key={id}>
            <span className={style['words']}>
              <span>{t(`happened.${kind}`)}</span>
              <span className={`muted ${style['small']}`}>{[browser, system, address].filter(Boolean).join(', ')}</span>
            </span>
            <span className={`muted numbers ${style['small']}`}>
              <When at={at} />
            </span>
          </li>
        ))}
      </ul>
      <LoadMore list={list} />
    </Panel>
  )
}

function Actions({ seen }: { seen: PersonSecurity }) {
  const { t } = useSpeech()
  return (
    <Panel title={t('help.log.title')} lead={t('help.log.lead')}>
      {seen.actions.length === 0 ? <p className="muted">{t('help.log.none')}</p> : null}
      <ul className={style['list']}>
        {seen.actions.map(({ id, kind, reason, at, doneAt }) => (
          <li key={id}>
            <span className={style['words']}>
              <span>{t(`help.log.${kind}`)}</span>
              <span className={`muted ${style['small']}`}>{reason}</span>
            </span>
            {doneAt === null ? <Tag tone="warn">{t('help.log.unfinished')}</Tag> : null}
            <span className={`muted numbers ${style['small']}`}>
              <When at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

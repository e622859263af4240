import type { ActivityView } from '@app/contracts/activity'
import { useInfiniteQuery } from '@tanstack/react-query'
import { activityQuery } from '../../api/queries.ts'
import { useSpeech } from '../../language/language.tsx'
import { ListTrouble, LoadMore } from '../../parts/paged-list.tsx'
import { Panel } from '../../parts/panel.tsx'
import { FormSkeleton } from '../../parts/skeleton.tsx'
import { When } from '../../parts/when.tsx'
import { deviceName } from './device-name.ts'
import style from './security.module.css'

/** What happened to the account, newest first. */
export function ActivityPanel() {
  const { t } = useSpeech()
  const list = useInfiniteQuery(activityQuery)
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Panel split title={t('security.activity.title')} lead={t('security.activity.lead')} id="activity">
      <div className={style['stage']}>
        <ListTrouble list={list} />
        {!list.data && !list.error ? <FormSkeleton fields={2} /> : null}
        {list.data && items.length === 0 ? <p className="muted">{t('security.activity.none')}</p> : null}
        {items.length > 0 ? (
          <ul className={style['list']}>
            {items.map((item) => (
              <ActivityRow key={item.id} item={item} />
            ))}
          </ul>
        ) : null}
        <LoadMore list={list} />
      </div>
    </Panel>
  )
}

function ActivityRow({ item }: { item: ActivityView }) {
  const { t } = useSpeech()
  const { kind, at, address, browser, system, detail } = item
  const reason = detail['reason']
  return (
    <li className={style['item']}>
      <div>
        <p className={style['name']}>
          {t(kind === 'signed-in' && detail['newDevice'] === true ? 'security.activity.signed-in.new' : `security.activity.${kind}`)}
        </p>
        <p className={`muted ${style['facts']}`}>
          <When at={at} />
          {browser || system ? <span>{deviceName(t, { browser, system })}</span> : null}
          {address ? <span className="numbers">{address}</span> : null}
        </p>
        {typeof reason === 'string' ? <p className="muted">{t('security.activity.reason', { reason })}</p> : null}
      </div>
    </li>
  )
}

import type { ErasureView } from '@app/contracts/leaving'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ApiError } from '../../api/api-error.ts'
import { erasuresQuery } from '../../api/queries.ts'
import { hasMessage } from '../../language/catalogue.ts'
import { useSpeech } from '../../language/language.tsx'
import { Choice } from '../../parts/choice.tsx'
import { CopyText } from '../../parts/copy-text.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Icon } from '../../parts/icon.tsx'
import page from '../../parts/page.module.css'
import { ListTrouble, LoadMore } from '../../parts/paged-list.tsx'
import { Tag } from '../../parts/tag.tsx'
import { Title } from '../../parts/title.tsx'
import { When } from '../../parts/when.tsx'
import people from '../people.module.css'
import { NotForYou } from '../people.tsx'
import { PeopleTableSkeleton } from '../people-table.tsx'

const route = getRouteApi('/signed-in/people/erased')

/** Who is gone, and whether every service has said that nothing is left of them. Of the people themselves only the number is known. */
export function ErasedScreen() {
  const { t } = useSpeech()
  const { awaited } = route.useSearch()
  const navigate = route.useNavigate()
  const list = useInfiniteQuery({ ...erasuresQuery(awaited === 'true'), placeholderData: (before) => before })
  const items = list.data?.pages.flatMap((one) => one.items) ?? []
  if (list.error instanceof ApiError && list.error.status === 403) return <NotForYou />
  return (
    <div className={page['page']}>
      <nav aria-label={t('frame.breadcrumb')}>
        <Link to="/people" className={people['back']}>
          <Icon name="back" size={16} /> {t('people.title')}
        </Link>
      </nav>
      <div className={page['head']}>
        <Title text={t('erased.title')} />
        <p className="muted">{t('erased.lead')}</p>
      </div>
      <Choice
        name="awaited"
        legend={t('erased.show')}
        value={awaited ?? 'false'}
        options={[
          { value: 'false', label: t('erased.all') },
          { value: 'true', label: t('erased.unfinished') },
        ]}
        onChange={(value) => void navigate({ search: value === 'true' ? { awaited: value } : {}, replace: true })}
      />
      <ListTrouble list={list} />
      {!list.data && !list.error ? <PeopleTableSkeleton /> : null}
      {list.data && items.length === 0 ? (
        <EmptyState
          title={t(awaited ? 'erased.none.unfinished.title' : 'erased.none.title')}
          text={t(awaited ? 'erased.none.unfinished.text' : 'erased.none.text')}
        />
      ) : null}
      {items.length > 0 ? <ErasedTable items={items} /> : null}
      <LoadMore list={list} large />
    </div>
  )
}

function ErasedTable({ items }: { items: readonly ErasureView[] }) {
  const { t } = useSpeech()
  return (
    <div className={people['sheet']}>
      <table className={people['table']}>
        <caption className="visually-hidden">{t('erased.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('fact.id')}</th>
            <th scope="col">{t('fact.state')}</th>
            <th scope="col">{t('erased.at')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ userId, erasedAt, awaited }) => (
            <tr key={userId}>
              <th scope="row">
                <CopyText text={userId} />
              </th>
              <td>
                <Services names={awaited} />
              </td>
              <td className={`muted numbers ${people['when']}`}>
                <When at={erasedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Services({ names }: { names: readonly string[] }) {
  const { t } = useSpeech()
  if (names.length === 0)
    return (
      <Tag tone="good" icon="check">
        {t('erased.done')}
      </Tag>
    )
  return (
    <span className={people['tags']}>
      {names.map((name) => {
        const key = `erased.service.${name}`
        return (
          <Tag key={name} tone="warn">
            {t('erased.waits', { service: hasMessage(key) ? t(key) : name })}
          </Tag>
        )
      })}
    </span>
  )
}

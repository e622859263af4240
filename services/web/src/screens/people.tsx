import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { PeopleSearch } from '../address/search.ts'
import { ApiError } from '../api/api-error.ts'
import { peopleQuery } from '../api/queries.ts'
import { useSpeech } from '../language/language.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import page from '../parts/page.module.css'
import { ListTrouble, LoadMore } from '../parts/paged-list.tsx'
import { Title } from '../parts/title.tsx'
import { InvitePerson } from './people/invite-person.tsx'
import { OpenInvitations } from './people/open-invitations.tsx'
import style from './people.module.css'
import { PeopleFilters } from './people-filters.tsx'
import { PeopleTable, PeopleTableSkeleton } from './people-table.tsx'

const route = getRouteApi('/signed-in/people')

/** The directory, for platform administrators. What is asked for is in the address, so that it can be shared. */
export function PeopleScreen() {
  const { t } = useSpeech()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useInfiniteQuery({ ...peopleQuery(search), placeholderData: (before) => before })
  const people = list.data?.pages.flatMap((one) => one.items) ?? []
  const filter = (next: PeopleSearch) => void navigate({ search: next, replace: true })
  const filtered = Object.keys(search).length > 0

  if (list.error instanceof ApiError && list.error.status === 403) return <NotForYou />
  return (
    <div className={page['page']}>
      <div className={style['top']}>
        <div className={page['head']}>
          <Title text={t('people.title')} />
          <p className="muted">
            {t('people.lead')} <Link to="/people/erased">{t('erased.link')}</Link>
          </p>
        </div>
        <InvitePerson />
      </div>
      <OpenInvitations />
      <PeopleFilters value={search} onChange={filter} />
      <p className={`muted numbers ${style['count']}`} role="status">
        {list.data ? t('people.count', { count: people.length, more: list.hasNextPage }) : t('waiting')}
      </p>
      <ListTrouble list={list} />
      {!list.data && !list.error ? <PeopleTableSkeleton /> : null}
      {list.data && people.length === 0 ? (
        <EmptyState title={t('people.none.title')} text={t(filtered ? 'people.none.filtered' : 'people.none.text')}>
          {filtered ? <Button onClick={() => filter({})}>{t('people.clear')}</Button> : null}
        </EmptyState>
      ) : null}
      {people.length > 0 ? (
        <div className={style['old']} aria-busy={list.isPlaceholderData} data-old={list.isPlaceholderData}>
          <PeopleTable people={people} />
        </div>
      ) : null}
      <LoadMore list={list} large />
    </div>
  )
}

/** Said the same way whoever asks: who can give access, and the way back. */
export function NotForYou() {
  const { t } = useSpeech()
  return (
    <div className={page['page']}>
      <Title text={t('forbidden.title')} />
      <EmptyState icon="lock" title={t('forbidden.what')} text={t('forbidden.text')}>
        <Button href="/">{t('forbidden.home')}</Button>
      </EmptyState>
    </div>
  )
}

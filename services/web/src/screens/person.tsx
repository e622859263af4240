import type { UserView } from '@app/contracts/users'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ApiError, troubleIn } from '../api/api-error.ts'
import { personQuery } from '../api/queries.ts'
import { useSpeech } from '../language/language.tsx'
import { CopyText } from '../parts/copy-text.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Face } from '../parts/face.tsx'
import { Icon } from '../parts/icon.tsx'
import page from '../parts/page.module.css'
import { Facts, Panel } from '../parts/panel.tsx'
import { Bone, Waiting } from '../parts/skeleton.tsx'
import { Tag, VerifiedTag } from '../parts/tag.tsx'
import { Title } from '../parts/title.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import { When } from '../parts/when.tsx'
import style from './people.module.css'
import { NotForYou } from './people.tsx'
import { HelpPanels } from './person/help-panels.tsx'

const route = getRouteApi('/signed-in/people/$userId')

export function PersonScreen() {
  const { t } = useSpeech()
  const { userId } = route.useParams()
  const { data: person, error, refetch } = useQuery(personQuery(userId))
  if (error instanceof ApiError && error.status === 403) return <NotForYou />
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 400)
  return (
    <div className={page['page']}>
      <nav aria-label={t('frame.breadcrumb')}>
        <Link to="/people" className={style['back']}>
          <Icon name="back" size={16} /> {t('people.title')}
        </Link>
      </nav>
      <div className={style['head']}>
        {person ? <Face name={person.name} size={56} /> : null}
        <div className={page['head']}>
          <Title text={person?.name ?? t(missing ? 'person.missing.title' : 'person.title')} />
          {person?.title ? <p className="muted">{person.title}</p> : null}
        </div>
      </div>
      {missing ? <EmptyState title={t('person.missing.title')} text={t('person.missing.text')} /> : null}
      {error && !missing ? <TroublePanel trouble={troubleIn(error)} retry={() => void refetch()} /> : null}
      {person ? <PersonFacts person={person} /> : null}
      {person ? <HelpPanels personId={person.id} name={person.name} /> : null}
      {!person && !error ? (
        <Panel title={t('person.profile')}>
          <Bone height={180} />
          <Waiting />
        </Panel>
      ) : null}
    </div>
  )
}

function PersonFacts({ person }: { person: UserView }) {
  const { t } = useSpeech()
  const none = <span className="muted">{t('fact.none')}</span>
  return (
    <div className={page['columns']}>
      <Panel title={t('person.profile')}>
        <Facts
          items={[
            [
              t('fact.email'),
              <span key="email" style={{ display: 'contents' }}>
                <span>{person.email ?? none}</span>
                <VerifiedTag verified={person.emailVerified} text={t(person.emailVerified ? 'verified.yes' : 'verified.no')} />
              </span>,
            ],
            [t('fact.displayName'), person.displayName ?? none],
            [t('fact.phone'), person.phone ?? none],
            [t('fact.locale'), t(`language.${person.locale}`)],
            [t('fact.timeZone'), person.timeZone?.replaceAll('_', ' ') ?? none],
          ]}
        />
      </Panel>
      <Panel title={t('person.account')}>
        <Facts
          items={[
            [
              t('fact.state'),
              <Tag key="state" tone={person.state === 'active' ? 'good' : 'bad'}>
                {t(`state.${person.state}`)}
              </Tag>,
            ],
            [t('fact.createdAt'), <When key="created" at={person.createdAt} />],
            [t('fact.updatedAt'), <When key="updated" at={person.updatedAt} />],
            [t('fact.id'), <CopyText key="id" text={person.id} />],
          ]}
        />
      </Panel>
    </div>
  )
}

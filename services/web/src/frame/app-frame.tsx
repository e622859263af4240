import type { SessionView } from '@app/contracts/session'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { administratorQuery } from '../api/queries.ts'
import type { MessageKey } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Bone, Waiting } from '../parts/skeleton.tsx'
import { ActAsBanner } from './act-as-banner.tsx'
import style from './app-frame.module.css'
import { Mark, productName } from './mark.tsx'
import { PersonMenu } from './person-menu.tsx'
import { SkipLink } from './skip-link.tsx'

interface Place {
  readonly to: '/' | '/people' | '/settings'
  readonly name: MessageKey
  readonly icon: IconName
}

const home: Place = { to: '/', name: 'nav.home', icon: 'home' }
const people: Place = { to: '/people', name: 'nav.people', icon: 'people' }
const settings: Place = { to: '/settings', name: 'nav.settings', icon: 'settings' }

/**
 * The frame behind the door: a rail at the left, a bar at the bottom on phones, the person at the top right. The entries come
 * together, once it is known which they are: entries that move are entries that are missed.
 */
export function AppFrame({ session, children }: { session: SessionView; children: ReactNode }) {
  const { data: mayAdminister, isPending } = useQuery(administratorQuery)
  return (
    <Frame places={isPending ? [] : mayAdminister ? [home, people, settings] : [home, settings]} person={<PersonMenu session={session} />}>
      {session.actedById === null ? null : <ActAsBanner session={session} />}
      {children}
    </Frame>
  )
}

/** The same frame while we do not know yet who is here. */
export function FrameSkeleton() {
  return (
    <Frame places={[]} person={<Bone width={32} height={32} />}>
      <div className={style['skeleton']}>
        <Bone width={280} height={34} />
        <Bone height={160} />
        <Waiting />
      </div>
    </Frame>
  )
}

function Frame({ places, person, children }: { places: Place[]; person: ReactNode; children: ReactNode }) {
  const { t } = useSpeech()
  return (
    <div className={style['frame']}>
      <SkipLink />
      <header className={style['top']}>
        <Link to="/" className={style['brand']} aria-label={t('frame.home', { product: productName })}>
          <Mark />
          <span>{productName}</span>
        </Link>
        {person}
      </header>
      <nav className={style['rail']} aria-label={t('nav.label')}>
        <ul>
          {places.map((place) => (
            <li key={place.to}>
              <Link
                to={place.to}
                activeOptions={{ exact: place.to === '/', includeSearch: false }}
                className={style['place']}
                activeProps={{ 'aria-current': 'page' }}
              >
                <Icon name={place.icon} />
                <span>{t(place.name)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main id="content" tabIndex={-1} className={style['main']}>
        <div className={style['content']}>{children}</div>
      </main>
    </div>
  )
}

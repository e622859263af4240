import type { UserView } from '@app/contracts/users'
import { Link } from '@tanstack/react-router'
import { useSpeech } from '../language/language.tsx'
import { Face } from '../parts/face.tsx'
import { Bone, Waiting } from '../parts/skeleton.tsx'
import { Tag, VerifiedTag } from '../parts/tag.tsx'
import { When } from '../parts/when.tsx'
import style from './people.module.css'

/** A table on wide screens, cards on phones; each row is a link. */
export function PeopleTable({ people }: { people: UserView[] }) {
  const { t } = useSpeech()
  return (
    <div className={style['sheet']}>
      <table className={style['table']}>
        <caption className="visually-hidden">{t('people.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('fact.name')}</th>
            <th scope="col">{t('fact.email')}</th>
            <th scope="col">{t('fact.state')}</th>
            <th scope="col">{t('fact.createdAt')}</th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <PersonRow key={person.id} person={person} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PersonRow({ person }: { person: UserView }) {
  const { t } = useSpeech()
  return (
    <tr>
      <th scope="row">
        <span className={style['person']}>
          <Face name={person.name} />
          <span className={style['names']}>
            <Link to="/people/$userId" params={{ userId: person.id }} className={style['link']}>
              {person.name}
            </Link>
            {person.title ? <span className="muted">{person.title}</span> : null}
          </span>
        </span>
      </th>
      <td className={`${style['line']} ${style['underName']}`}>
        <span className={style['email']}>
          <span className={style['address']}>{person.email ?? t('fact.none')}</span>
          <VerifiedTag verified={person.emailVerified} text={t(person.emailVerified ? 'verified.yes' : 'verified.no')} />
        </span>
      </td>
      <td className={style['underName']}>
        <Tag tone={person.state === 'active' ? 'plain' : 'bad'}>{t(`state.${person.state}`)}</Tag>
      </td>
      <td className={`muted numbers ${style['when']}`}>
        <When at={person.createdAt} />
      </td>
    </tr>
  )
}

/** The table before its rows are known. */
export function PeopleTableSkeleton() {
  return (
    <div className={style['sheet']}>
      <div className={style['bones']}>
        {['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((row) => (
          <div key={row}>
            <Bone width={32} height={32} />
            <Bone width="30%" />
            <Bone width="40%" />
          </div>
        ))}
      </div>
      <Waiting />
    </div>
  )
}

import type { UserView } from '@app/contracts/users'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { troubleIn } from '../api/api-error.ts'
import { administratorQuery, meQuery } from '../api/queries.ts'
import { useSession } from '../frame/signed-in.tsx'
import { hasMessage, type MessageKey } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import page from '../parts/page.module.css'
import { Facts, Panel } from '../parts/panel.tsx'
import { Bone, Waiting } from '../parts/skeleton.tsx'
import { VerifiedTag } from '../parts/tag.tsx'
import { Title } from '../parts/title.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import { When } from '../parts/when.tsx'
import { NextSteps } from './next-steps.tsx'

/** The first screen behind the door: the person's own data and what is next. */
export function HomeScreen() {
  const { t } = useSpeech()
  const session = useSession()
  const { data: me, error, refetch } = useQuery(meQuery)
  const { data: mayAdminister, isPending: asking } = useQuery(administratorQuery)
  const name = me?.displayName ?? session.name
  return (
    <div className={page['page']}>
      <div className={page['head']}>
        <Title text={t('home.title')}>{t(greeting(new Date()), { name })}</Title>
        <p className="muted">{t('home.lead')}</p>
      </div>
      {session.emailVerified ? null : (
        <Notice tone="warn" title={t('home.unverified.title')} action={<Link to="/verify">{t('home.unverified.action')}</Link>}>
          <p>{t('home.unverified.text', { email: session.email ?? '' })}</p>
        </Notice>
      )}
      {error ? <TroublePanel trouble={troubleIn(error)} retry={() => void refetch()} /> : null}
      <div className={page['columns']}>
        <Panel title={t('home.profile.title')} aside={<Link to="/settings">{t('home.profile.change')}</Link>}>
          {me ? <Profile me={me} /> : error ? <p className="muted">{t('home.profile.missing')}</p> : <FactsSkeleton />}
        </Panel>
        <div className={page['stack']}>
          <SessionPanel />
          {asking || (!me && !error) ? null : <NextSteps me={me} mayAdminister={mayAdminister === true} />}
        </div>
      </div>
    </div>
  )
}

function greeting(now: Date): MessageKey {
  const hour = now.getHours()
  if (hour < 6) return 'home.greeting.night'
  if (hour < 12) return 'home.greeting.morning'
  return hour < 18 ? 'home.greeting.afternoon' : 'home.greeting.evening'
}

function Profile({ me }: { me: UserView }) {
  const { t, date } = useSpeech()
  const none = <span className="muted">{t('fact.none')}</span>
  return (
    <Facts
      items={[
        [t('fact.name'), me.name],
        [t('fact.email'), <EmailFact key="email" email={me.email} />],
        [t('fact.displayName'), me.displayName ?? none],
        [t('fact.title'), me.title ?? none],
        [t('fact.timeZone'), me.timeZone?.replaceAll('_', ' ') ?? none],
        [t('fact.locale'), t(`language.${me.locale}`)],
        [t('fact.createdAt'), date(me.createdAt, { dateStyle: 'long' })],
      ]}
    />
  )
}

/** Kratos knows first whether an address was confirmed, so this asks the session. */
function EmailFact({ email }: { email: string | null }) {
  const { t } = useSpeech()
  const { emailVerified } = useSession()
  return (
    <>
      <span>{email}</span>
      <VerifiedTag verified={emailVerified} text={t(emailVerified ? 'verified.yes' : 'verified.no')} />
    </>
  )
}

function SessionPanel() {
  const { t, date } = useSpeech()
  const session = useSession()
  return (
    <Panel title={t('home.session.title')}>
      <Facts
        items={[
          [t('fact.since'), <When key="since" at={session.since} />],
          // Who acts as somebody has not signed in as them.
          ...(session.methods.length > 0
            ? [[t('fact.methods'), session.methods.map(({ method }) => t(methodName(method))).join(', ')] as const]
            : []),
          [t('fact.ends'), date(session.expiresAt)],
        ]}
      />
    </Panel>
  )
}

function methodName(method: string): MessageKey {
  const key = `method.${method}`
  return hasMessage(key) ? key : 'method.other'
}

function FactsSkeleton() {
  return (
    <div style={{ display: 'grid', gap: 22, paddingBottom: 5 }}>
      {['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((row) => (
        <Bone key={row} height={19} />
      ))}
      <Waiting />
    </div>
  )
}

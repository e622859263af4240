import type { SessionView } from '@app/contracts/session'
import type { UserView } from '@app/contracts/users'
import { Link } from '@tanstack/react-router'
import { useSpeech } from '../language/language.tsx'
import { Icon } from '../parts/icon.tsx'
import { Panel } from '../parts/panel.tsx'
import style from './next-steps.module.css'

/** What is still worth doing; what is done keeps its place and says so. */
export function NextSteps({ session, me, mayAdminister }: { session: SessionView; me: UserView | undefined; mayAdminister: boolean }) {
  const { t } = useSpeech()
  const complete = me !== undefined && me.displayName !== null && me.timeZone !== null
  const steps = [
    { to: '/verify' as const, done: session.emailVerified, key: 'verify' as const },
    { to: '/settings' as const, done: complete, key: 'profile' as const },
    ...(mayAdminister ? [{ to: '/people' as const, done: false, key: 'people' as const }] : []),
  ]
  const open = steps.filter((step) => !step.done).length
  return (
    <Panel title={t('next.title')} lead={t('next.lead', { count: open })}>
      <ul className={style['steps']}>
        {steps.map(({ to, done, key }) => (
          <li key={key}>
            {done ? (
              <div className={style['step']} data-done>
                <StepText state={t('next.done')} title={t(`next.${key}.title`)} text={t(`next.${key}.text`)} done />
              </div>
            ) : (
              <Link to={to} className={style['step']}>
                <StepText title={t(`next.${key}.title`)} text={t(`next.${key}.text`)} />
                <Icon name="chevron" />
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function StepText({ title, text, state, done = false }: { title: string; text: string; state?: string; done?: boolean }) {
  return (
    <>
      <span className={style['sign']}>{done ? <Icon name="check" size={16} /> : null}</span>
      <span className={style['words']}>
        <span className={style['title']}>
          {title}
          {state ? <span className="visually-hidden"> ({state})</span> : null}
        </span>
        <span className="muted">{text}</span>
      </span>
    </>
  )
}

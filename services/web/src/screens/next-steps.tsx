import type { UserView } from '@app/contracts/users'
import { Link } from '@tanstack/react-router'
import { useSpeech } from '../language/language.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Panel } from '../parts/panel.tsx'
import style from './next-steps.module.css'

interface Step {
  readonly key: 'profile' | 'people' | 'settings'
  readonly to: '/settings' | '/people'
  readonly icon: IconName
  readonly done: boolean
}

/** Where to go from here; what is done keeps its place and says so. */
export function NextSteps({ me, mayAdminister }: { me: UserView | undefined; mayAdminister: boolean }) {
  const { t } = useSpeech()
  const complete = me !== undefined && me.displayName !== null && me.timeZone !== null
  const steps: Step[] = [
    { key: 'profile', to: '/settings', icon: 'person', done: complete },
    ...(mayAdminister ? [{ key: 'people', to: '/people', icon: 'people', done: false } as const] : []),
    ...(complete ? [{ key: 'settings', to: '/settings', icon: 'settings', done: false } as const] : []),
  ]
  return (
    <Panel title={t('next.title')}>
      <ul className={style['steps']}>
        {steps.map(({ key, to, icon, done }) => (
          <li key={key}>
            <Link to={to} className={style['step']} data-done={done}>
              <span className={style['sign']}>
                <Icon name={done ? 'check' : icon} />
              </span>
              <span className={style['words']}>
                <span className={style['title']}>
                  {t(`next.${key}.title`)}
                  {done ? <span className="muted"> · {t('next.done')}</span> : null}
                </span>
                <span className="muted">{t(`next.${key}.text`)}</span>
              </span>
              <Icon name="chevron" />
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

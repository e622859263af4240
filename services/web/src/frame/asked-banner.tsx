import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { impersonationsQuery } from '../api/queries.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import style from './deletion-banner.module.css'

/** On every screen of a person whom an administrator asks, or as whom one is acting: the answer and the end are on the security page. */
export function AskedBanner() {
  const { t } = useSpeech()
  const { data } = useQuery(impersonationsQuery)
  const one = data?.ofMe.find(({ state }) => state === 'active') ?? data?.ofMe.find(({ state }) => state === 'requested')
  if (!one) return null
  const isActive = one.state === 'active'
  return (
    <div className={style['banner']}>
      <Notice
        tone={isActive ? 'warn' : 'info'}
        title={t(isActive ? 'frame.asked.active' : 'frame.asked.requested', { name: one.administratorName })}
        action={
          <Link to="/security" hash="act-as">
            {t(isActive ? 'frame.asked.see' : 'frame.asked.answer')}
          </Link>
        }
      />
    </div>
  )
}

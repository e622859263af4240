import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { leavingQuery } from '../api/queries.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import style from './deletion-banner.module.css'

/** On every screen while the account is going to be deleted: whoever signs in is offered to keep it. */
export function DeletionBanner() {
  const { t, date } = useSpeech()
  const { data } = useQuery(leavingQuery)
  if (!data?.deletion) return null
  return (
    <div className={style['banner']}>
      <Notice
        tone="warn"
        title={t('security.leave.due', { date: date(data.deletion.dueAt, { dateStyle: 'long', timeStyle: 'short' }) })}
        action={
          <Link to="/security" hash="leave">
            {t('security.leave.undo')}
          </Link>
        }
      />
    </div>
  )
}

import { regionalTag } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** "3 days ago", the exact moment on hover and for screen readers. */
export function When({ at, now = Date.now() }: { at: string; now?: number }) {
  const { language, date, t } = useSpeech()
  const seconds = (Date.parse(at) - now) / 1000
  const exact = date(at, { dateStyle: 'long', timeStyle: 'short' })
  const step = steps.find(([, size]) => Math.abs(seconds) >= size)
  const relative = step
    ? new Intl.RelativeTimeFormat(regionalTag[language], { numeric: 'auto' }).format(Math.trunc(seconds / step[1]), step[0])
    : t('when.now')
  return (
    <time dateTime={at} title={exact}>
      {relative}
      <span className="visually-hidden"> ({exact})</span>
    </time>
  )
}

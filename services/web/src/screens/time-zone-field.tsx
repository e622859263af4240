import { useMemo } from 'react'
import { useSpeech } from '../language/language.tsx'
import { Field } from '../parts/field.tsx'
import { Select } from '../parts/select.tsx'

/** All time zones by continent, in the platform's own list: typing jumps to a city. */
export function TimeZoneField({ initial, error }: { initial: string | null; error: string | null }) {
  const { t } = useSpeech()
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  const groups = useMemo(() => zonesByContinent([initial, here]), [initial, here])
  return (
    <Field
      id="own-timeZone"
      label={t('field.optional', { label: t('fact.timeZone') })}
      help={t('settings.own.timeZone.help', { zone: label(here) })}
      error={error}
    >
      {(wiring) => (
        <Select {...wiring} name="timeZone" defaultValue={initial ?? ''}>
          <option value="">{t('settings.own.timeZone.none')}</option>
          {groups.map(([continent, zones]) => (
            <optgroup key={continent} label={continent}>
              {zones.map((zone) => (
                <option key={zone} value={zone}>
                  {label(zone)}
                </option>
              ))}
            </optgroup>
          ))}
        </Select>
      )}
    </Field>
  )
}

const label = (zone: string) => zone.replaceAll('_', ' ')

/** `also`: zones that must be in the list even where the browser's own list uses another name for them. */
function zonesByContinent(also: (string | null)[]): [string, string[]][] {
  const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), ...also.filter((zone) => zone !== null)])
  const groups = Map.groupBy([...zones].sort(), (zone) => (zone.includes('/') ? (zone.split('/')[0] ?? '') : 'UTC'))
  return [...groups]
}

import { themeChoices, useAppearance } from '../appearance/appearance.tsx'
import { languages } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'
import { Choice } from '../parts/choice.tsx'

/** Languages carry their own names, so that people find theirs in any of them. */
export function LanguageSwitch() {
  const { t, language, choose } = useSpeech()
  return (
    <Choice
      name="language"
      legend={t('frame.language')}
      value={language}
      options={languages.map((code) => ({ value: code, label: t(`language.${code}`), lang: code }))}
      onChange={choose}
    />
  )
}

export function ThemeSwitch() {
  const { t } = useSpeech()
  const { choice, choose } = useAppearance()
  return (
    <Choice
      name="theme"
      legend={t('frame.theme')}
      value={choice}
      options={themeChoices.map((value) => ({ value, label: t(`theme.${value}`) }))}
      onChange={choose}
    />
  )
}

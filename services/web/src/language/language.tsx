import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react'
import { format, type Language, loadedLanguages, loadLanguage, type MessageKey, type MessageValues, regionalTag } from './catalogue.ts'
import { browserLanguage, chosenLanguage, rememberLanguage } from './choice.ts'

export interface Speech {
  readonly language: Language
  readonly t: (key: MessageKey, values?: MessageValues) => string
  readonly date: (value: Date | string, style?: Intl.DateTimeFormatOptions) => string
  /** The person chose it here, on this device. */
  readonly choose: (language: Language) => void
  /** The account says so; a choice made on this device stays stronger. */
  readonly suggest: (language: Language) => void
}

const SpeechContext = createContext<Speech | null>(null)

const dateAndTime: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' }

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState<Language | null>(chosenLanguage)
  const [suggested, setSuggested] = useState<Language | null>(null)
  const [loaded, setLoaded] = useState(loadedLanguages)
  const wanted = chosen ?? suggested ?? browserLanguage(navigator.languages)
  // What is on the screen stays until the words of the other language are there.
  const language = loaded.includes(wanted) ? wanted : (loaded.at(-1) ?? wanted)

  useEffect(() => {
    loadLanguage(wanted).then(
      () => setLoaded((before) => (before.includes(wanted) ? before : loadedLanguages())),
      () => undefined, // No connection: the screen goes on in the language it has.
    )
  }, [wanted])
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])

  const speech = useMemo<Speech>(
    () => ({
      language,
      t: (key, values) => format(language, key, values),
      date: (value, style = dateAndTime) => new Intl.DateTimeFormat(regionalTag[language], style).format(new Date(value)),
      choose(next) {
        rememberLanguage(next)
        setChosen(next)
      },
      suggest: setSuggested,
    }),
    [language],
  )
  return <SpeechContext value={speech}>{children}</SpeechContext>
}

export function useSpeech(): Speech {
  const speech = use(SpeechContext)
  if (!speech) throw new Error('LanguageProvider is missing')
  return speech
}

import { ConfigProvider } from 'antd'
import { createContext, type ReactNode, use, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { antdTheme } from '../theme.ts'

export const themeChoices = ['system', 'light', 'dark'] as const
type ThemeChoice = (typeof themeChoices)[number]

interface Appearance {
  readonly choice: ThemeChoice
  readonly choose: (choice: ThemeChoice) => void
}

const AppearanceContext = createContext<Appearance | null>(null)
const storageKey = 'vestibule.theme'

function isThemeChoice(value: unknown): value is ThemeChoice {
  return themeChoices.some((choice) => choice === value)
}

function storedChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(storageKey)
    return isThemeChoice(stored) ? stored : 'system'
  } catch {
    return 'system' // Storage can be forbidden.
  }
}

function remember(choice: ThemeChoice): void {
  try {
    localStorage.setItem(storageKey, choice)
  } catch {
    // Then it lasts until the tab is closed.
  }
}

/** A wish of the system, followed while it changes. */
function useMedia(question: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(question)
      query.addEventListener('change', changed)
      return () => query.removeEventListener('change', changed)
    },
    () => matchMedia(question).matches,
  )
}

/** Light, dark or as the system says; `public/appearance.js` applied the same choice before the first paint. */
export function AppearanceProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState(storedChoice)
  const dark = useMedia('(prefers-color-scheme: dark)')
  const still = useMedia('(prefers-reduced-motion: reduce)')
  const name = choice === 'system' ? (dark ? 'dark' : 'light') : choice

  useEffect(() => {
    if (choice === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = choice
  }, [choice])

  const appearance = useMemo<Appearance>(
    () => ({
      choice,
      choose(next) {
        remember(next)
        setChoice(next)
      },
    }),
    [choice],
  )
  return (
    <AppearanceContext value={appearance}>
      <ConfigProvider
        theme={still ? { ...antdTheme[name], token: { ...antdTheme[name].token, motion: false } } : antdTheme[name]}
        wave={{ disabled: true }}
        button={{ autoInsertSpace: false }}
      >
        {children}
      </ConfigProvider>
    </AppearanceContext>
  )
}

export function useAppearance(): Appearance {
  const appearance = use(AppearanceContext)
  if (!appearance) throw new Error('AppearanceProvider is missing')
  return appearance
}

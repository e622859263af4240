/** The whole app at an address, in jsdom, with msw in the place of Kratos and the services. */
import './languages.ts'
// Screens that most tests open: read here, where no test waits for them.
import '../frame/signed-in.tsx'
import '../screens/home.tsx'
import '../screens/sign-in.tsx'
import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { configure, render } from '@testing-library/react'
import { setupServer } from 'msw/node'
import { createQueryClient } from '../api/query-client.ts'
import { AppearanceProvider } from '../appearance/appearance.tsx'
import { LanguageProvider } from '../language/language.tsx'
import { Toasts } from '../parts/toasts.tsx'
import { createAppRouter } from '../router.tsx'

// A screen loads its code when it is opened, which takes a while on a busy machine.
configure({ asyncUtilTimeout: 6000 })

/** A request that no handler expects fails the test. */
export const server = setupServer()

/** jsdom knows no media queries; every wish is unspoken. */
export function withoutMediaQueries(): void {
  const query = (media: string) => ({ media, matches: false, addEventListener() {}, removeEventListener() {} })
  Object.assign(window, { matchMedia: query, scrollTo() {} })
}

export function openApp(address: string) {
  const history = createMemoryHistory({ initialEntries: [address] })
  const router = createAppRouter(history)
  const view = render(
    <QueryClientProvider client={createQueryClient()}>
      <LanguageProvider>
        <AppearanceProvider>
          <Toasts>
            <RouterProvider router={router} />
          </Toasts>
        </AppearanceProvider>
      </LanguageProvider>
    </QueryClientProvider>,
  )
  const at = () => `${history.location.pathname}${history.location.search}`
  return { at, history, view }
}

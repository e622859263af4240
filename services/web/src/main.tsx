// First of all: what follows builds zod schemas.
import './no-eval.ts'
import '@fontsource-variable/inter/wght.css'
import './tokens.css'
import './style.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/query-client.ts'
import { AppearanceProvider } from './appearance/appearance.tsx'
import { loadLanguage } from './language/catalogue.ts'
import { firstLanguage } from './language/choice.ts'
import { LanguageProvider } from './language/language.tsx'
import { Toasts } from './parts/toasts.tsx'
import { createAppRouter } from './router.tsx'
import { takeSetupToken } from './screens/setup-token.ts'
import { reloadWhenStale } from './stale-bundle.ts'

takeSetupToken(window.location, window.history)
reloadWhenStale()

const router = createAppRouter()
const queryClient = createQueryClient()

// A page that comes back from the browser's back-forward cache may belong to a session that has ended.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) void queryClient.invalidateQueries()
})

// The code of the screen and its words come at the same time.
void router.load()
await loadLanguage(firstLanguage())

const element = document.getElementById('app')
if (!element) throw new Error('index.html has no #app')
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <LanguageProvider>
        <AppearanceProvider>
          <Toasts>
            <RouterProvider router={router} />
          </Toasts>
        </AppearanceProvider>
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
)

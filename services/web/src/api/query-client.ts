import { QueryClient } from '@tanstack/react-query'
import { troubleIn } from './api-error.ts'

/** While a service is down, what is shown asks again by itself: people should not have to. */
const askAgainMs = 3000

function whileDown(query: { state: { status: string; error: unknown } }): number | false {
  if (query.state.status !== 'error') return false
  const { kind } = troubleIn(query.state.error)
  return kind === 'unavailable' || kind === 'offline' ? askAgainMs : false
}

/** Nothing is repeated behind a person's back except reading during an outage; the browser's guess about being offline is ignored. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 10_000, refetchInterval: whileDown, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  })
}

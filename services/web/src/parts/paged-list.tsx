import { Button } from 'antd'
import { troubleIn } from '../api/api-error.ts'
import { useSpeech } from '../language/language.tsx'
import { TroublePanel } from './trouble-panel.tsx'

/** What TanStack's `useInfiniteQuery` says of a list that comes page by page. */
interface PagedList {
  readonly data: unknown
  readonly error: Error | null
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  fetchNextPage(): Promise<unknown>
  refetch(): Promise<unknown>
}

/** Why the rows, or the next of them, did not come; trying again asks for what is missing. */
export function ListTrouble({ list }: { list: PagedList }) {
  if (!list.error) return null
  return <TroublePanel trouble={troubleIn(list.error)} retry={() => void (list.data ? list.fetchNextPage() : list.refetch())} />
}

/** For as long as there is more. */
export function LoadMore({ list, large = false }: { list: PagedList; large?: boolean }) {
  const { t } = useSpeech()
  if (!list.hasNextPage) return null
  return (
    <div style={{ justifySelf: large ? 'center' : 'start' }}>
      <Button
        size={large ? 'large' : 'middle'}
        onClick={() => void list.fetchNextPage()}
        loading={list.isFetchingNextPage ? { delay: 300 } : false}
      >
        {t('list.more')}
      </Button>
    </div>
  )
}

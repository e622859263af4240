import { acceptTerms } from '@app/contracts/terms'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect } from 'react'
import { ownPath } from '../address/return-to.ts'
import { here, signInAddress } from '../address/screens.ts'
import { ApiError, troubleIn } from '../api/api-error.ts'
import { callApi } from '../api/client.ts'
import { acceptancesQuery, sessionQuery, termsQuery } from '../api/queries.ts'
import { CardFrame } from '../frame/card-frame.tsx'
import { SignOutLine } from '../frame/sign-out-line.tsx'
import { useLeaving } from '../kratos/use-leaving.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import { FormSkeleton } from '../parts/skeleton.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'

const route = getRouteApi('/terms')

/** The terms, to accept before anything else answers. Whoever does not want to can sign out. */
export function TermsScreen() {
  const { t, language, date } = useSpeech()
  const search = route.useSearch()
  const { arrive, replace } = useLeaving(ownPath(search.return_to, window.location.origin) ?? undefined)
  const queryClient = useQueryClient()
  const session = useQuery(sessionQuery)
  const terms = useQuery(termsQuery)
  const before = useQuery(acceptancesQuery)
  const accept = useMutation({
    mutationFn: (version: string) => callApi(acceptTerms, { body: { version } }),
    // They changed while they were read: the new ones are shown.
    onError: (error) => void (isOutdated(error) && queryClient.invalidateQueries({ queryKey: termsQuery.queryKey })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  })
  const isSignedOut = session.data === null
  const isDone = session.data ? !session.data.standing.includes('terms-not-accepted') : false
  // biome-ignore lint/correctness/useExhaustiveDependencies: what leads away is made anew with each showing.
  useEffect(() => {
    if (isSignedOut) replace(signInAddress(here()))
    else if (isDone) arrive()
  }, [isSignedOut, isDone])

  const failed = [session, terms, before].find(({ error }) => error)
  const { version, textAt } = terms.data ?? {}
  const last = before.data?.[0]
  const kind = last ? 'changed' : 'first'
  return (
    <CardFrame
      title={t(`terms.${kind}.title`)}
      lead={t(`terms.${kind}.lead`, { date: last ? date(last.acceptedAt, { dateStyle: 'long' }) : '' })}
      below={<SignOutLine />}
    >
      {version && textAt && session.data && !isDone && before.data ? (
        <>
          {isOutdated(accept.error) ? <Notice tone="warn">{t('terms.outdated')}</Notice> : null}
          {accept.error && !isOutdated(accept.error) ? (
            <TroublePanel trouble={troubleIn(accept.error)} retry={() => accept.mutate(version)} />
          ) : null}
          <a href={textAt[language]} target="_blank" rel="noreferrer" style={{ justifySelf: 'start' }}>
            {t('terms.read')}
          </a>
          <Button
            type="primary"
            size="large"
            block
            loading={accept.isPending ? { delay: 300 } : false}
            onClick={() => accept.isPending || accept.mutate(version)}
          >
            {t('terms.accept')}
          </Button>
        </>
      ) : failed?.error ? (
        <TroublePanel trouble={troubleIn(failed.error)} retry={() => void failed.refetch()} />
      ) : (
        <FormSkeleton fields={0} />
      )}
    </CardFrame>
  )
}

const isOutdated = (error: Error | null) => error instanceof ApiError && error.status === 409

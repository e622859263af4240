import { endSession, endSessions, type SessionEntry } from '@app/contracts/sessions'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { ApiError, troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { sessionsQuery } from '../../api/queries.ts'
import { useSpeech } from '../../language/language.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Panel } from '../../parts/panel.tsx'
import { FormSkeleton } from '../../parts/skeleton.tsx'
import { useToast } from '../../parts/toasts.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import style from './security.module.css'
import { SessionRow } from './session-row.tsx'

type Ending = { readonly one: SessionEntry } | { readonly which: 'others' | 'all' }

/** Where the person is signed in, and the end of it: one, all others, all. */
export function SessionsPanel() {
  const { t } = useSpeech()
  const { data: sessions, error, refetch } = useQuery(sessionsQuery)
  const ending = useEnding()
  const others = sessions?.filter(({ current }) => !current) ?? []
  return (
    <Panel split title={t('security.sessions.title')} lead={t('security.sessions.lead')} id="sessions">
      <div className={style['stage']}>
        {ending.error ? <TroublePanel trouble={troubleIn(ending.error)} /> : null}
        {error && !sessions ? <TroublePanel trouble={troubleIn(error)} retry={() => void refetch()} /> : null}
        {!sessions && !error ? <FormSkeleton fields={2} /> : null}
        {sessions ? (
          <ul className={style['list']} aria-busy={ending.isPending}>
            {sessions.map((session) => (
              <SessionRow key={session.id} session={session} onEnd={() => ending.mutate({ one: session })} />
            ))}
          </ul>
        ) : null}
        {sessions && others.length === 0 ? <p className="muted">{t('security.sessions.none')}</p> : null}
        {sessions ? (
          <div className={style['row']}>
            {others.length > 0 ? (
              <ConfirmButton
                label={t('security.sessions.others')}
                title={t('security.sessions.others.title', { count: others.length })}
                verb={t('security.sessions.others.verb', { count: others.length })}
                waiting={ending.isPending}
                onConfirm={() => ending.mutate({ which: 'others' })}
              >
                {t('security.sessions.others.text')}
              </ConfirmButton>
            ) : null}
            <ConfirmButton
              label={t('security.sessions.all')}
              title={t('security.sessions.all.title')}
              verb={t('security.sessions.all')}
              waiting={ending.isPending}
              onConfirm={() => ending.mutate({ which: 'all' })}
            >
              {t('security.sessions.all.text')}
            </ConfirmButton>
          </div>
        ) : null}
      </div>
    </Panel>
  )
}

function useEnding() {
  const { t } = useSpeech()
  const toast = useToast()
  const router = useRouter()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: async (ending: Ending): Promise<number> => {
      if ('which' in ending) return (await callApi(endSessions, { query: { which: ending.which } })).ended
      try {
        await callApi(endSession, { params: { sessionId: ending.one.id } })
      } catch (error) {
        // Not there any more, which is what was wanted.
        if (!(error instanceof ApiError && error.status === 403)) throw error
      }
      return 1
    },
    onSuccess: async (count, ending) => {
      toast(t('security.sessions.ended', { count }))
      const isSelf = 'which' in ending ? ending.which === 'all' : ending.one.current
      if (!isSelf) return
      await router.navigate({ to: '/sign-in', search: {} })
      queryClient.clear()
    },
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: ['sessions'] })
      await queryClient.invalidateQueries({ queryKey: ['activity'] })
    },
  })
}

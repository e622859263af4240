import { acceptImpersonation, declineImpersonation, type ImpersonationView, stopImpersonation } from '@app/contracts/impersonations'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { ApiError, troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { impersonationsQuery } from '../../api/queries.ts'
import { useSpeech } from '../../language/language.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Tag } from '../../parts/tag.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import { When } from '../../parts/when.tsx'
import style from './security.module.css'

const answers = { accept: acceptImpersonation, decline: declineImpersonation, stop: stopImpersonation } as const
type Verb = keyof typeof answers

/** Administrators who ask to act as this person, do so, or did. Shown only when there is one. */
export function ImpersonationPanel() {
  const { t } = useSpeech()
  const queryClient = useQueryClient()
  const { data } = useQuery(impersonationsQuery)
  const answer = useMutation({
    mutationFn: async ({ id, verb }: { id: string; verb: Verb }) => {
      try {
        await callApi(answers[verb], { params: { impersonationId: id } })
      } catch (error) {
        // Over already: the list says how.
        if (!(error instanceof ApiError && error.status === 409)) throw error
      }
    },
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: ['impersonations'] })
      await queryClient.invalidateQueries({ queryKey: ['activity'] })
    },
  })
  const [newest] = data?.ofMe ?? []
  if (!data || !newest) return null
  return (
    <Panel split title={t('security.actAs.title')} lead={t(`security.actAs.lead.${newest.consent}`)} id="act-as">
      <div className={style['stage']}>
        {answer.error ? <TroublePanel trouble={troubleIn(answer.error)} /> : null}
        <ul className={style['list']}>
          {data.ofMe.map((one) => (
            <ImpersonationRow
              key={one.id}
              one={one}
              isPending={answer.isPending}
              onAnswer={(verb) => answer.mutate({ id: one.id, verb })}
            />
          ))}
        </ul>
      </div>
    </Panel>
  )
}

interface RowProps {
  readonly one: ImpersonationView
  readonly isPending: boolean
  readonly onAnswer: (verb: Verb) => void
}

function ImpersonationRow({ one, isPending, onAnswer }: RowProps) {
  const { t } = useSpeech()
  const { state, administratorName: name, reason, minutes, requestedAt, endsAt } = one
  return (
    <li className={style['item']}>
      <div>
        <p className={style['row']}>
          <span className={style['name']}>{name}</span>
          <Tag tone={state === 'active' ? 'warn' : 'plain'}>{t(`security.actAs.state.${state}`)}</Tag>
        </p>
        <p>{t('security.activity.reason', { reason })}</p>
        <p className={`muted ${style['facts']}`}>
          <span>
            {t('security.actAs.asked', { minutes })} <When at={requestedAt} />
          </span>
          {state === 'active' && endsAt ? (
            <span>
              {t('security.actAs.until')} <When at={endsAt} />
            </span>
          ) : null}
        </p>
      </div>
      {state === 'requested' ? (
        <div className={style['row']}>
          <Button onClick={() => onAnswer('decline')} disabled={isPending}>
            {t('security.actAs.decline')}
          </Button>
          <Button type="primary" onClick={() => onAnswer('accept')} disabled={isPending}>
            {t('security.actAs.accept')}
          </Button>
        </div>
      ) : null}
      {state === 'active' ? (
        <Button danger onClick={() => onAnswer('stop')} disabled={isPending}>
          {t('security.actAs.stop')}
        </Button>
      ) : null}
    </li>
  )
}

import { enterImpersonation, type ImpersonationView, stopImpersonation } from '@app/contracts/impersonations'
import type { PersonSecurity } from '@app/contracts/people'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { useState } from 'react'
import { ApiError, troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { impersonationsQuery } from '../../api/queries.ts'
import { useSession } from '../../frame/signed-in.tsx'
import { useSpeech } from '../../language/language.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Tag } from '../../parts/tag.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import { When } from '../../parts/when.tsx'
import style from '../people/people-parts.module.css'
import { ActAsForm } from './act-as-form.tsx'

/** How often to look whether the person has answered. */
const askAgainMs = 3_000
const isOpen = ({ state }: ImpersonationView) => state === 'requested' || state === 'active'

/** An administrator asks to act as this person, waits for the answer, begins, ends. */
export function ActAsPanel({ seen, name }: { seen: PersonSecurity; name: string }) {
  const { t } = useSpeech()
  const { userId } = useSession()
  const [asking, setAsking] = useState(false)
  const isPossible = seen.personId !== userId && !seen.administrator && seen.state === 'active'
  const { data, error, refetch } = useQuery({
    ...impersonationsQuery,
    refetchInterval: ({ state }) => (state.data?.byMe.some(isOpen) ? askAgainMs : false),
  })
  const last = data?.byMe.find((one) => one.userId === seen.personId)
  if (!isPossible && !(last && isOpen(last))) return null
  return (
    <Panel title={t('actAs.title')} lead={t('actAs.lead')}>
      {error ? <TroublePanel trouble={troubleIn(error)} retry={() => void refetch()} /> : null}
      {last ? <Standing one={last} isHere={data?.current?.id === last.id} name={name} /> : null}
      {data && !(last && isOpen(last)) ? (
        <div className={style['buttons']} style={{ justifyContent: 'flex-start' }}>
          <Button onClick={() => setAsking(true)}>{t(last ? 'actAs.again' : 'actAs.begin')}</Button>
        </div>
      ) : null}
      <Modal
        open={asking}
        title={t('actAs.ask.title', { name })}
        footer={null}
        onCancel={() => setAsking(false)}
        destroyOnHidden
        width={480}
      >
        <ActAsForm personId={seen.personId} onClose={() => setAsking(false)} />
      </Modal>
    </Panel>
  )
}

/** How far it is, and what can be done about it. */
function Standing({ one, isHere, name }: { one: ImpersonationView; isHere: boolean; name: string }) {
  const { t } = useSpeech()
  const { enter, stop, error } = useEnds(one.id)
  const { state, reason, answerBy, endsAt, requestedAt } = one
  const isActive = state === 'active'
  return (
    <>
      {error ? <TroublePanel trouble={troubleIn(error)} /> : null}
      <ul className={style['list']}>
        <li>
          <span className={style['words']} role="status">
            <span>
              <Tag tone={isActive ? 'good' : state === 'requested' ? 'warn' : 'plain'}>{t(`actAs.state.${state}`)}</Tag>
            </span>
            <span>{reason}</span>
            <span className={`muted ${style['small']}`}>
              {t(isActive ? 'actAs.until' : state === 'requested' ? 'actAs.answerBy' : 'actAs.asked')}{' '}
              <When at={isActive ? (endsAt ?? answerBy) : state === 'requested' ? answerBy : requestedAt} />
            </span>
            {isActive && !isHere ? <span className={style['small']}>{t('actAs.elsewhere')}</span> : null}
          </span>
          {isOpen(one) ? (
            <span className={style['buttons']}>
              <Button onClick={() => stop.mutate()} loading={stop.isPending ? { delay: 300 } : false}>
                {t(isActive ? 'actAs.stop' : 'actAs.withdraw')}
              </Button>
              {isActive && isHere ? (
                <Button type="primary" onClick={() => enter.mutate()} loading={enter.isPending ? { delay: 300 } : false}>
                  {t('actAs.enter', { name })}
                </Button>
              ) : null}
            </span>
          ) : null}
        </li>
      </ul>
    </>
  )
}

function useEnds(impersonationId: string) {
  const queryClient = useQueryClient()
  const again = () => queryClient.invalidateQueries({ queryKey: ['impersonations'] })
  const enter = useMutation({
    mutationFn: () => callApi(enterImpersonation, { params: { impersonationId } }),
    // From here on everything is the other person's.
    onSuccess: () => window.location.assign('/'),
    onError: again,
  })
  const stop = useMutation({ mutationFn: () => callApi(stopImpersonation, { params: { impersonationId } }), onSettled: again })
  // Over already: the list says how.
  const isOver = enter.error instanceof ApiError && enter.error.status === 409
  return { enter, stop, error: isOver ? stop.error : (enter.error ?? stop.error) }
}

import { type LeavingView, requestDeletion, withdrawDeletion } from '@app/contracts/leaving'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { leavingQuery } from '../../api/queries.ts'
import type { MessageKey } from '../../language/catalogue.ts'
import { useSpeech } from '../../language/language.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Panel } from '../../parts/panel.tsx'
import { FormSkeleton } from '../../parts/skeleton.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import style from './security.module.css'

interface LeavePanelProps {
  /** As for the other panels: false when the person is on their way to prove that it is them. */
  readonly fresh: () => boolean
}

/** Deleting the account: what goes, what stays, and how long there is to think better of it. */
export function LeavePanel({ fresh }: LeavePanelProps) {
  const { t } = useSpeech()
  const { data: leaving, error, refetch } = useQuery(leavingQuery)
  return (
    <Panel split title={t('security.leave.title')} lead={t('security.leave.lead')} id="leave">
      {leaving ? (
        <Leaving leaving={leaving} fresh={fresh} />
      ) : error ? (
        <TroublePanel trouble={troubleIn(error)} retry={() => void refetch()} />
      ) : (
        <FormSkeleton fields={1} />
      )}
    </Panel>
  )
}

function Leaving({ leaving, fresh }: LeavePanelProps & { leaving: LeavingView }) {
  const { t, date } = useSpeech()
  const { ask, keep, error, pending } = useDeletion()
  const { deletion, graceDays, blockers } = leaving
  return (
    <div className={style['leave']}>
      <Parts title={t('security.leave.goes')} keys={leaving.goes.map((part) => `security.leave.goes.${part}` as const)} />
      <Parts title={t('security.leave.stays')} keys={leaving.stays.map((part) => `security.leave.stays.${part}` as const)} />
      {blockers.length > 0 && deletion === null ? (
        <Notice tone="warn" title={t('security.leave.blocked')}>
          <Parts keys={blockers.map((name) => `security.leave.blocked.${name}` as const)} />
        </Notice>
      ) : null}
      {error ? <TroublePanel trouble={troubleIn(error)} kept /> : null}
      {deletion ? (
        <>
          <Notice tone="warn">{t('security.leave.due', { date: date(deletion.dueAt, { dateStyle: 'long', timeStyle: 'short' }) })}</Notice>
          <Button onClick={() => keep()} loading={pending ? { delay: 300 } : false}>
            {t('security.leave.keep')}
          </Button>
        </>
      ) : blockers.length === 0 ? (
        <ConfirmButton
          label={t('security.leave.ask')}
          title={t('security.leave.ask.title')}
          verb={t('security.leave.ask')}
          waiting={pending}
          onConfirm={() => {
            if (fresh()) ask()
          }}
        >
          {t('security.leave.ask.text', { days: graceDays })}
        </ConfirmButton>
      ) : null}
    </div>
  )
}

function Parts({ title, keys }: { title?: string; keys: readonly MessageKey[] }) {
  const { t } = useSpeech()
  return (
    <div>
      {title ? <p className={style['name']}>{title}</p> : null}
      <ul>
        {keys.map((key) => (
          <li key={key}>{t(key)}</li>
        ))}
      </ul>
    </div>
  )
}

function useDeletion() {
  const queryClient = useQueryClient()
  const onSettled = () => queryClient.invalidateQueries({ queryKey: leavingQuery.queryKey })
  const asking = useMutation({ mutationFn: () => callApi(requestDeletion), onSettled })
  const keeping = useMutation({ mutationFn: () => callApi(withdrawDeletion), onSettled })
  return {
    ask: asking.mutate,
    keep: keeping.mutate,
    error: asking.error ?? keeping.error,
    pending: asking.isPending || keeping.isPending,
  }
}

import { type InvitationView, resendInvitation, withdrawInvitation } from '@app/contracts/people'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { ApiError, troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { invitationsQuery } from '../../api/queries.ts'
import { useSpeech } from '../../language/language.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Tag } from '../../parts/tag.tsx'
import { useToast } from '../../parts/toasts.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import { When } from '../../parts/when.tsx'
import style from './people-parts.module.css'

/** Who was invited and has not come in yet; nothing when there is nobody. */
export function OpenInvitations() {
  const { t } = useSpeech()
  const { data, error, refetch } = useQuery(invitationsQuery)
  // Whoever may not see people is told so by the screen itself.
  if (error instanceof ApiError && error.status === 403) return null
  if (error) return <TroublePanel trouble={troubleIn(error)} retry={() => void refetch()} />
  if (!data || data.items.length === 0) return null
  return (
    <Panel title={t('invitations.title')} lead={t('invitations.lead')}>
      <ul className={style['list']}>
        {data.items.map((invitation) => (
          <Invitation key={invitation.id} invitation={invitation} />
        ))}
      </ul>
    </Panel>
  )
}

function Invitation({ invitation }: { invitation: InvitationView }) {
  const { t } = useSpeech()
  const toast = useToast()
  const { id, name, state } = invitation
  const resend = useChange(
    () => callApi(resendInvitation, { params: { invitationId: id } }),
    () => toast(t('invitations.resent', { name })),
  )
  const withdraw = useChange(
    () => callApi(withdrawInvitation, { params: { invitationId: id } }),
    () => toast(t('invitations.withdrawn', { name })),
  )
  const error = resend.error ?? withdraw.error
  return (
    <li>
      <span className={style['words']}>
        <strong>{name}</strong>
        <span className="muted">{invitation.email}</span>
        <span className={`muted ${style['small']}`}>
          {t(state === 'expired' ? 'invitations.expired' : 'invitations.until')} <When at={invitation.expiresAt} />
        </span>
        {invitation.handedOver ? null : <Tag tone="warn">{t('invitations.waiting')}</Tag>}
      </span>
      <span className={style['buttons']}>
        <Button
          onClick={() => resend.mutate()}
          loading={resend.isPending ? { delay: 300 } : false}
          aria-label={t('invitations.resend.name', { name })}
        >
          {t('invitations.resend')}
        </Button>
        <ConfirmButton
          label={t('invitations.withdraw')}
          name={t('invitations.withdraw.name', { name })}
          title={t('invitations.withdraw.title', { name })}
          verb={t('invitations.withdraw')}
          waiting={withdraw.isPending}
          onConfirm={() => withdraw.mutate()}
        >
          <p>{t('invitations.withdraw.text')}</p>
        </ConfirmButton>
      </span>
      {error ? <TroublePanel trouble={troubleIn(error)} /> : null}
    </li>
  )
}

function useChange(change: () => Promise<unknown>, onDone: () => void) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: onDone,
    // Also after a refusal: somebody else may have been faster.
    onSettled: () => void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  })
}

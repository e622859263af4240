import { type ContactView, readContactDetails, removePhone } from '@app/contracts/contact'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { meQuery, sessionQuery } from '../../api/queries.ts'
import { useSpeech } from '../../language/language.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Panel } from '../../parts/panel.tsx'
import { FormSkeleton } from '../../parts/skeleton.tsx'
import { VerifiedTag } from '../../parts/tag.tsx'
import { useToast } from '../../parts/toasts.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import { ProveContact } from './prove-contact.tsx'
import style from './security.module.css'

export const contactQuery = queryOptions({ queryKey: ['contact'], queryFn: ({ signal }) => callApi(readContactDetails, { signal }) })

/** Where a person is reached, and with what they sign in: the address, and a number if there are text messages. */
export function ContactPanel({ fresh }: { readonly fresh: () => boolean }) {
  const { t } = useSpeech()
  const { data, error, refetch } = useQuery(contactQuery)
  return (
    <Panel split title={t('security.contact.title')} lead={t('security.contact.lead')} id="contact">
      {data ? (
        <Details contact={data} fresh={fresh} />
      ) : error ? (
        <TroublePanel trouble={troubleIn(error)} retry={() => void refetch()} />
      ) : (
        <FormSkeleton fields={1} />
      )}
    </Panel>
  )
}

function Details({ contact, fresh }: { contact: ContactView; fresh: () => boolean }) {
  const { t } = useSpeech()
  const toast = useToast()
  const queryClient = useQueryClient()
  const [changing, setChanging] = useState<'email' | 'phone' | null>(null)
  const take = (next: ContactView) => {
    queryClient.setQueryData(contactQuery.queryKey, next)
    void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
    void queryClient.invalidateQueries({ queryKey: meQuery.queryKey })
    setChanging(null)
  }
  const remove = useMutation({
    mutationFn: () => callApi(removePhone),
    onSuccess: () => {
      take({ ...contact, phone: null })
      toast(t('security.contact.phone.removed'))
    },
  })
  const done = (kind: 'email' | 'phone') => (next: ContactView) => {
    take(next)
    toast(t(`security.contact.${kind}.saved`))
  }
  const begin = (kind: 'email' | 'phone') => () => fresh() && setChanging(kind)
  const hasPhones = contact.phonePrefixes.length > 0 || contact.phone !== null
  return (
    <div className={style['stage']}>
      <div>
        <p className={style['contactLabel']}>{t('fact.email')}</p>
        <p className={style['contactValue']}>
          <span>{contact.email}</span>
          <VerifiedTag verified={contact.emailVerified} text={t(contact.emailVerified ? 'verified.yes' : 'verified.no')} />
        </p>
      </div>
      {changing === 'email' ? (
        <ProveContact kind="email" onDone={done('email')} onCancel={() => setChanging(null)} />
      ) : (
        <div>
          <Button onClick={begin('email')}>{t('security.contact.email.change')}</Button>
        </div>
      )}
      {hasPhones ? (
        <>
          <div>
            <p className={style['contactLabel']}>{t('fact.phone')}</p>
            <p className={contact.phone ? style['contactValue'] : 'muted'}>{contact.phone ?? t('security.contact.phone.none')}</p>
          </div>
          {remove.error ? <TroublePanel trouble={troubleIn(remove.error)} retry={() => remove.mutate()} /> : null}
          {changing === 'phone' ? (
            <ProveContact kind="phone" onDone={done('phone')} onCancel={() => setChanging(null)} />
          ) : (
            <div className={style['row'] ?? ''}>
              <Button onClick={begin('phone')}>{t(contact.phone ? 'security.contact.phone.change' : 'security.contact.phone.add')}</Button>
              {contact.phone ? (
                <ConfirmButton
                  label={t('security.remove')}
                  title={t('security.contact.phone.remove.title')}
                  verb={t('security.remove')}
                  waiting={remove.isPending}
                  onConfirm={() => fresh() && remove.mutate()}
                >
                  {t('security.contact.phone.remove.text')}
                </ConfirmButton>
              ) : null}
            </div>
          )}
        </>
      ) : null}
    </div>
  )
}

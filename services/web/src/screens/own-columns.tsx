import { readMe, UserChanges, type UserView, updateMe } from '@app/contracts/users'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { type SubmitEvent, useRef, useState } from 'react'
import { ApiError, troubleIn } from '../api/api-error.ts'
import { callApi } from '../api/client.ts'
import { meQuery } from '../api/queries.ts'
import { useSpeech } from '../language/language.tsx'
import { Field } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { Panel } from '../parts/panel.tsx'
import { FormSkeleton } from '../parts/skeleton.tsx'
import { useToast } from '../parts/toasts.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import style from './settings.module.css'
import { TimeZoneField } from './time-zone-field.tsx'

const fields = ['displayName', 'title', 'timeZone'] as const
type FieldName = (typeof fields)[number]

/** What the product knows about a person beside their identity: how to address them, what they do, which clock they live by. */
export function OwnColumns({ onDirty }: { onDirty: (dirty: boolean) => void }) {
  const { t } = useSpeech()
  const { data: me, error, refetch } = useQuery(meQuery)
  return (
    <Panel split title={t('settings.own.title')} lead={t('settings.own.lead')}>
      {me ? (
        <OwnForm key={JSON.stringify(ownOf(me))} me={me} onDirty={onDirty} />
      ) : error ? (
        <TroublePanel trouble={troubleIn(error)} retry={() => void refetch()} />
      ) : (
        <FormSkeleton fields={3} />
      )}
    </Panel>
  )
}

function OwnForm({ me, onDirty }: { me: UserView; onDirty: (dirty: boolean) => void }) {
  const { t } = useSpeech()
  const form = useRef<HTMLFormElement>(null)
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set())
  const { save, pending, error } = useSave(me, (names) => {
    setWrong(new Set(names))
    const first = names[0]
    if (first) form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(first)}"]`)?.focus()
    if (names.length === 0) onDirty(false)
  })

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!pending) save(new FormData(event.currentTarget))
  }
  const errorOf = (name: FieldName) => (wrong.has(name) ? t('check.line') : null)
  const conflict = error instanceof ApiError && error.status === 412
  return (
    <form ref={form} className={style['form']} noValidate onSubmit={send} onInput={() => onDirty(true)}>
      {conflict ? <Notice tone="warn">{t('settings.own.conflict')}</Notice> : null}
      {error && !conflict && wrong.size === 0 ? <TroublePanel trouble={troubleIn(error)} kept /> : null}
      <Field
        id="own-displayName"
        label={t('field.optional', { label: t('fact.displayName') })}
        help={t('settings.own.displayName.help')}
        error={errorOf('displayName')}
      >
        {(wiring) => <Input {...wiring} name="displayName" defaultValue={me.displayName ?? ''} maxLength={100} autoComplete="nickname" />}
      </Field>
      <Field
        id="own-title"
        label={t('field.optional', { label: t('fact.title') })}
        help={t('settings.own.title.help')}
        error={errorOf('title')}
      >
        {(wiring) => <Input {...wiring} name="title" defaultValue={me.title ?? ''} maxLength={100} autoComplete="organization-title" />}
      </Field>
      <TimeZoneField initial={me.timeZone} error={errorOf('timeZone')} />
      <Button type="primary" htmlType="submit" loading={pending ? { delay: 300 } : false}>
        {t('settings.own.save')}
      </Button>
    </form>
  )
}

/** Sends only what changed, and only on top of the version that is on the screen. `onAnswer` gets the names of wrong fields. */
function useSave(me: UserView, onAnswer: (wrong: string[]) => void) {
  const { t } = useSpeech()
  const toast = useToast()
  const queryClient = useQueryClient()
  const mutation = useMutation({
    mutationFn: (body: UserChanges) => saveOn(me, body),
    onSuccess(answer) {
      onAnswer([])
      queryClient.setQueryData(meQuery.queryKey, answer)
      toast(t('settings.saved'))
    },
    onError(error) {
      if (!(error instanceof ApiError)) return
      if (error.status === 412) void queryClient.invalidateQueries({ queryKey: meQuery.queryKey })
      if (error.errors.length > 0) onAnswer(error.errors.map(({ path }) => path))
    },
  })
  const save = (data: FormData) => {
    const body = changesIn(me, data)
    const parsed = UserChanges.safeParse(body)
    if (!parsed.success) return onAnswer(parsed.error.issues.map(({ path }) => String(path[0])))
    onAnswer([])
    if (Object.keys(body).length === 0) return toast(t('settings.own.nothing'))
    mutation.mutate(parsed.data)
  }
  return { save, pending: mutation.isPending, error: mutation.error }
}

const ownOf = ({ displayName, title, timeZone }: UserView) => ({ displayName, title, timeZone })

/** A change of the identity (a new name) makes a new version, too: when what is edited here stayed the same, that is no conflict. */
async function saveOn(me: UserView, body: UserChanges): Promise<UserView> {
  const write = (on: UserView) => callApi(updateMe, { body, ifMatch: `"${on.version}"` })
  try {
    return await write(me)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error
    const newest = await callApi(readMe)
    if (JSON.stringify(ownOf(newest)) !== JSON.stringify(ownOf(me))) throw error
    return await write(newest)
  }
}

function changesIn(me: UserView, data: FormData): Record<string, string | null> {
  return Object.fromEntries(
    fields.flatMap((name): [string, string | null][] => {
      const typed = data.get(name)
      const value = typeof typed === 'string' && typed.trim() !== '' ? typed.trim() : null
      return value === me[name] ? [] : [[name, value]]
    }),
  )
}

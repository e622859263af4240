import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { meQuery, sessionQuery } from '../api/queries.ts'
import { useSession } from '../frame/signed-in.tsx'
import { LanguageSwitch, ThemeSwitch } from '../frame/switches.tsx'
import { FlowNotices } from '../kratos/flow-body.tsx'
import { type FormPlan, formPlans, prepared } from '../kratos/forms.ts'
import { forget, keep, kept } from '../kratos/kept.ts'
import { useFlow } from '../kratos/use-flow.ts'
import { useLeaving } from '../kratos/use-leaving.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import page from '../parts/page.module.css'
import { Panel } from '../parts/panel.tsx'
import { FormSkeleton } from '../parts/skeleton.tsx'
import { Title } from '../parts/title.tsx'
import { useToast } from '../parts/toasts.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { OwnColumns } from './own-columns.tsx'
import style from './settings.module.css'
import { SettingsForm } from './settings-form.tsx'

const route = getRouteApi('/signed-in/settings')

/** "Your changes have been saved" and "you are back in": said as a toast and as a panel of their own. */
const saved = 1050001
const recovered = 1060001

export function SettingsScreen() {
  const { t, suggest } = useSpeech()
  const session = useSession()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const queryClient = useQueryClient()
  const toast = useToast()
  const { leave, arrive } = useLeaving(undefined)
  // Not state: a saved form must be able to leave in the same moment.
  const dirty = useRef(new Set<string>())
  const sent = useRef<Record<string, unknown> | null>(null)
  const mark = (name: string, isDirty: boolean) => void (isDirty ? dirty.current.add(name) : dirty.current.delete(name))

  const inHand = useFlow({
    kind: 'settings',
    flowId: search.flow,
    onFlow: (flow) => void navigate({ search: { flow: flow.id }, replace: true, ignoreBlocker: true }),
    onLeave: (outcome) => {
      if (outcome.kind === 'confirm-it-is-you' && sent.current) keep(sent.current)
      dirty.current.clear()
      leave(outcome, () => {
        forget()
        toast(t('settings.saved'))
        if (setsPassword) return arrive('/')
        void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
        void queryClient.invalidateQueries({ queryKey: meQuery.queryKey })
      })
    },
  })
  const { flow, trouble } = inHand
  const setsPassword = useSticky(flow?.ui.messages.some((message) => message.id === recovered) ?? false)
  const submit = (body: Record<string, unknown>) => {
    sent.current = body
    const traits = body['traits']
    if (typeof traits === 'object' && traits !== null && 'locale' in traits && (traits.locale === 'en' || traits.locale === 'nl'))
      suggest(traits.locale)
    inHand.submit(body)
  }
  const plans = flow ? formPlans(prepared('settings', flow, 'en')) : []
  const account = setsPassword ? [] : plans.filter((plan) => plan.group === 'profile')
  const ways = plans.filter((plan) => (setsPassword ? plan.group === 'password' : plan.group !== 'profile'))
  const formFor = (plan: FormPlan) =>
    flow ? (
      <SettingsForm
        key={plan.group}
        {...{ flow, plan, session, submit }}
        pending={inHand.pending}
        answers={inHand.answers}
        done={flow.state === 'success'}
        onDirty={(isDirty) => mark(plan.group, isDirty)}
      />
    ) : null

  return (
    <div className={`${page['page']} ${style['page']}`}>
      <div className={page['head']}>
        <Title text={t(setsPassword ? 'settings.recovered.title' : 'settings.title')} />
        <p className="muted">{t(setsPassword ? 'settings.recovered.lead' : 'settings.lead')}</p>
      </div>
      <LeaveGuard isDirty={() => dirty.current.size > 0} />
      {kept() ? <Notice tone="info">{t('settings.confirmed')}</Notice> : null}
      {flow ? <FlowNotices inHand={inHand} flow={flow} except={[saved, recovered]} /> : null}
      {!flow && trouble ? <TroublePanel trouble={trouble} retry={inHand.retry} /> : null}
      {!flow && !trouble ? (
        <Panel split title={t('settings.profile.title')} lead={t('settings.profile.lead')}>
          <FormSkeleton fields={3} />
        </Panel>
      ) : null}
      {flow ? account.map(formFor) : null}
      {setsPassword || (!flow && !trouble) ? null : <OwnColumns onDirty={(isDirty) => mark('own', isDirty)} />}
      {flow ? ways.map(formFor) : null}
      {setsPassword || (!flow && !trouble) ? null : <ThisDevice />}
    </div>
  )
}

/** How the product looks and speaks here, whatever the account says. */
function ThisDevice() {
  const { t } = useSpeech()
  return (
    <Panel split title={t('settings.look.title')} lead={t('settings.look.lead')}>
      <div className={style['look']}>
        <span>{t('frame.language')}</span>
        <LanguageSwitch />
        <span>{t('frame.theme')}</span>
        <ThemeSwitch />
      </div>
    </Panel>
  )
}

/** True from the first time on: Kratos says "you are back in" once, and a wrong new password must not end the special screen. */
function useSticky(now: boolean): boolean {
  const [ever, setEver] = useState(now)
  if (now && !ever) setEver(true)
  return ever || now
}

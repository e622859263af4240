import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { meQuery, sessionQuery } from '../api/queries.ts'
import { useSession } from '../frame/signed-in.tsx'
import { LanguageSwitch, ThemeSwitch } from '../frame/switches.tsx'
import { FlowNotices } from '../kratos/flow-body.tsx'
import { prepared, separatePlans } from '../kratos/forms.ts'
import { kept } from '../kratos/kept.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import page from '../parts/page.module.css'
import { Panel } from '../parts/panel.tsx'
import { FormSkeleton } from '../parts/skeleton.tsx'
import { Title } from '../parts/title.tsx'
import { useToast } from '../parts/toasts.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { OwnAlone } from './own-alone.tsx'
import { OwnColumns } from './own-columns.tsx'
import { useSettings } from './security/use-settings.ts'
import style from './settings.module.css'
import { SettingsForm } from './settings-form.tsx'

const route = getRouteApi('/signed-in/settings')

/** "Your changes have been saved": said as a toast. */
const saved = 1050001

export function SettingsScreen() {
  const { t } = useSpeech()
  return (
    <OwnAlone title={t('settings.title')}>
      <OwnSettings />
    </OwnAlone>
  )
}

/** Who a person is here, and how the product looks; how they get in is on the security page. */
function OwnSettings() {
  const { t, suggest } = useSpeech()
  const session = useSession()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const queryClient = useQueryClient()
  const toast = useToast()
  const settings = useSettings({
    flowId: search.flow,
    onFlow: (flow) => void navigate({ search: { flow: flow.id }, replace: true, ignoreBlocker: true }),
    onSaved: () => {
      toast(t('settings.saved'))
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      void queryClient.invalidateQueries({ queryKey: meQuery.queryKey })
    },
  })
  const { flow, trouble, mark } = settings
  const submit = (body: Record<string, unknown>) => {
    const traits = body['traits']
    if (typeof traits === 'object' && traits !== null && 'locale' in traits && (traits.locale === 'en' || traits.locale === 'nl'))
      suggest(traits.locale)
    settings.submit(body)
  }
  const account = flow ? separatePlans(prepared('settings', flow, 'en')).find(({ group }) => group === 'profile') : undefined
  return (
    <div className={`${page['page']} ${style['page']}`}>
      <div className={page['head']}>
        <Title text={t('settings.title')} />
        <p className="muted">{t('settings.lead')}</p>
      </div>
      <LeaveGuard isDirty={settings.isDirty} />
      {flow && kept() ? <Notice tone="info">{t('settings.confirmed')}</Notice> : null}
      {flow ? <FlowNotices kind="settings" inHand={settings} flow={flow} except={[saved]} /> : null}
      {!flow && trouble ? <TroublePanel trouble={trouble} retry={settings.retry} /> : null}
      {!flow && !trouble ? (
        <Panel split title={t('settings.profile.title')} lead={t('settings.profile.lead')}>
          <FormSkeleton fields={3} />
        </Panel>
      ) : null}
      {flow && account ? (
        <SettingsForm
          {...{ flow, session, submit }}
          plan={account}
          pending={settings.pending}
          answers={settings.answers}
          done={flow.state === 'success'}
          onDirty={(isDirty) => mark('profile', isDirty)}
        />
      ) : null}
      {flow || trouble ? (
        <>
          <OwnColumns onDirty={(isDirty) => mark('own', isDirty)} />
          <Panel split title={t('security.title')} lead={t('security.lead')}>
            <p>
              <Link to="/security">{t('settings.security')}</Link>
            </p>
          </Panel>
          <ThisDevice />
        </>
      ) : null}
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

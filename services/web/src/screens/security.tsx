import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { securityQuery, sessionQuery } from '../api/queries.ts'
import { useSession } from '../frame/signed-in.tsx'
import { FlowNotices } from '../kratos/flow-body.tsx'
import { useSpeech } from '../language/language.tsx'
import page from '../parts/page.module.css'
import { Panel } from '../parts/panel.tsx'
import { FormSkeleton } from '../parts/skeleton.tsx'
import { Title } from '../parts/title.tsx'
import { useToast } from '../parts/toasts.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { OwnAlone } from './own-alone.tsx'
import { ActivityPanel } from './security/activity-panel.tsx'
import { ArchivePanel } from './security/archive-panel.tsx'
import { ContactPanel } from './security/contact-panel.tsx'
import { ImpersonationPanel } from './security/impersonation-panel.tsx'
import { LeavePanel } from './security/leave-panel.tsx'
import { LinkedPanel } from './security/linked-panel.tsx'
import { PasskeysPanel } from './security/passkeys-panel.tsx'
import { PasswordPanel } from './security/password-panel.tsx'
import { RecoveryCodesPanel } from './security/recovery-codes-panel.tsx'
import { savedMessage } from './security/saved-message.ts'
import style from './security/security.module.css'
import { SessionsPanel } from './security/sessions-panel.tsx'
import { TotpPanel } from './security/totp-panel.tsx'
import { useFresh } from './security/use-fresh.ts'
import { useSettings } from './security/use-settings.ts'
import { useSettledPanels } from './security/use-settled-panels.ts'

const route = getRouteApi('/signed-in/security')

/** "Your changes have been saved": said as a toast. */
const saved = 1050001

export function SecurityScreen() {
  const { t } = useSpeech()
  return (
    <OwnAlone title={t('security.title')}>
      <OwnSecurity />
    </OwnAlone>
  )
}

/** How a person gets in, and what keeps others out. One file per panel in `security/`. */
function OwnSecurity() {
  const { t } = useSpeech()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const session = useSession()
  const queryClient = useQueryClient()
  const toast = useToast()
  const settings = useSettings({
    flowId: search.flow,
    // A provider sends the person back here.
    returnTo: '/security',
    onFlow: (flow) => void navigate({ search: { flow: flow.id }, replace: true, ignoreBlocker: true }),
    onSaved: (sent) => {
      const said = savedMessage(sent)
      if (said) toast(t(said))
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      void queryClient.invalidateQueries({ queryKey: securityQuery.queryKey })
    },
  })
  const { flow, trouble } = settings
  const fresh = useFresh(session)
  // Together, because what comes later would push down what is there.
  const arePanelsReady = useSettledPanels()
  const isSettled = arePanelsReady && (flow !== null || trouble !== null)
  return (
    <div className={`${page['page']} ${style['page']}`}>
      <div className={page['head']}>
        <Title text={t('security.title')} />
        <p className="muted">{t('security.lead')}</p>
      </div>
      <LeaveGuard isDirty={settings.isDirty} />
      {isSettled && flow ? (
        <>
          <FlowNotices kind="settings" inHand={settings} flow={flow} except={[saved]} />
          <PasswordPanel {...{ flow, settings, fresh }} />
          <ContactPanel fresh={fresh} />
          <PasskeysPanel {...{ flow, settings, fresh }} />
          <TotpPanel {...{ flow, settings, fresh }} />
          <RecoveryCodesPanel {...{ flow, settings, fresh }} />
          <LinkedPanel {...{ flow, settings, fresh }} />
        </>
      ) : null}
      {!flow && trouble ? <TroublePanel trouble={trouble} retry={settings.retry} /> : null}
      {isSettled ? (
        <>
          <ImpersonationPanel />
          <SessionsPanel />
          <ActivityPanel />
          <ArchivePanel fresh={fresh} />
          <LeavePanel fresh={fresh} />
        </>
      ) : trouble ? null : (
        <Panel split title={t('settings.password.title')} lead={t('settings.password.lead')}>
          <FormSkeleton fields={1} />
        </Panel>
      )}
    </div>
  )
}

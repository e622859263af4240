import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import { ownPath } from '../address/return-to.ts'
import { sessionQuery } from '../api/queries.ts'
import { CardFrame } from '../frame/card-frame.tsx'
import { SignOutLine } from '../frame/sign-out-line.tsx'
import { inputNamed } from '../kratos/ceremony.ts'
import type { Flow } from '../kratos/flow.ts'
import { FlowNotices } from '../kratos/flow-body.tsx'
import { nodesIn } from '../kratos/secrets.ts'
import { useLeaving } from '../kratos/use-leaving.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import { FormSkeleton } from '../parts/skeleton.tsx'
import { Stage } from '../parts/stage.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import { newRecoveryCodes, RecoveryCodes } from './security/recovery-codes.tsx'
import { TotpSetup } from './security/totp-setup.tsx'
import { useSettings } from './security/use-settings.ts'

const route = getRouteApi('/protect')
const saved = 1050001

/** Leads through setting up an extra step, and shows nothing else, because nothing else answers until it is there. */
export function ProtectScreen() {
  const { t } = useSpeech()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data: session } = useQuery(sessionQuery)
  const { arrive } = useLeaving(ownPath(search.return_to, window.location.origin) ?? undefined)
  const settings = useSettings({
    flowId: search.flow,
    onFlow: (flow) => void navigate({ search: (before) => ({ ...before, flow: flow.id }), replace: true }),
    onSaved: () => undefined, // The answer itself is the next step.
  })
  const { flow, trouble } = settings
  const step = flow ? stepOf(flow) : 'app'
  const codes = flow ? newRecoveryCodes({ flow }) : []
  return (
    <CardFrame title={t(`protect.${step}.title`)} lead={t(`protect.${step}.lead`)} below={<SignOutLine />}>
      {flow ? (
        <>
          <FlowNotices kind="settings" inHand={settings} flow={flow} except={[saved]} />
          <Stage name={codes.length > 0 ? 'shown' : step}>
            {step === 'app' ? <TotpSetup {...{ flow, settings }} compact={false} /> : null}
            {step === 'codes' && codes.length > 0 ? <RecoveryCodes {...{ codes, settings }} email={session?.email ?? ''} /> : null}
            {step === 'codes' && codes.length === 0 ? (
              <Button
                type="primary"
                size="large"
                block
                loading={settings.waitsFor('lookup_secret') ? { delay: 300 } : false}
                onClick={() => settings.press('lookup_secret', { lookup_secret_regenerate: true })}
              >
                {t('security.codes.make')}
              </Button>
            ) : null}
            {step === 'done' ? (
              <>
                <Notice tone="good">{t('protect.done.text')}</Notice>
                <Button type="primary" size="large" block onClick={() => arrive()}>
                  {t('verify.continue')}
                </Button>
              </>
            ) : null}
          </Stage>
        </>
      ) : trouble ? (
        <TroublePanel trouble={trouble} retry={settings.retry} />
      ) : (
        <FormSkeleton fields={2} />
      )}
    </CardFrame>
  )
}

/** A button ends it, not an automatism: whoever comes back here would otherwise be sent round in circles. */
function stepOf(flow: Flow): 'app' | 'codes' | 'done' {
  if (nodesIn(flow, 'totp').length > 0 && !inputNamed(flow.ui.nodes, 'totp_unlink')) return 'app'
  const codes = nodesIn(flow, 'lookup_secret')
  return codes.length > 0 && !inputNamed(codes, 'lookup_secret_disable') ? 'codes' : 'done'
}

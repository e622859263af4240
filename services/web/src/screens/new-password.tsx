import { getRouteApi } from '@tanstack/react-router'
import { carriedReturn } from '../address/return-to.ts'
import { CardFrame } from '../frame/card-frame.tsx'
import { SignOutLine } from '../frame/sign-out-line.tsx'
import { isNamed } from '../kratos/ceremony.ts'
import { FlowNotices } from '../kratos/flow-body.tsx'
import { FlowForm } from '../kratos/flow-form.tsx'
import { wholePlan } from '../kratos/forms.ts'
import { kept } from '../kratos/kept.ts'
import { useLeaving } from '../kratos/use-leaving.ts'
import { useSpeech } from '../language/language.tsx'
import { FormSkeleton } from '../parts/skeleton.tsx'
import { useToast } from '../parts/toasts.tsx'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import { useSettings } from './security/use-settings.ts'

const route = getRouteApi('/new-password')

/** "Your changes have been saved" and "you are back in": the screen itself says both. */
const saved = 1050001
const recovered = 1060001

/** A new way in and nothing else: after a recovery, an invitation, or when the old password is too old. */
export function NewPasswordScreen() {
  const { t } = useSpeech()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const toast = useToast()
  const { arrive } = useLeaving(carriedReturn(search.return_to, window.location.origin))
  const settings = useSettings({
    flowId: search.flow,
    onFlow: (flow) => void navigate({ search: (before) => ({ ...before, flow: flow.id }), replace: true }),
    onSaved: () => {
      toast(t('settings.saved'))
      arrive()
    },
  })
  const { flow, trouble } = settings
  const ways = search.why === 'expired' ? ['default', 'password'] : ['default', 'password', 'passkey']
  const nodes = flow?.ui.nodes.filter((node) => ways.includes(node.group) && !isNamed(node, 'passkey_remove'))
  const initial = kept()
  return (
    <CardFrame
      title={t(`newPassword.${search.why ?? 'recovered'}.title`)}
      lead={t(`newPassword.${search.why ?? 'recovered'}.lead`)}
      below={<SignOutLine />}
    >
      {flow ? <FlowNotices kind="settings" inHand={settings} flow={flow} except={[saved, recovered]} /> : null}
      {flow && nodes ? (
        <FlowForm
          kind="settings"
          flow={flow}
          plan={wholePlan(nodes)}
          pending={settings.pending}
          answers={settings.answers}
          submit={settings.submit}
          {...(initial ? { initial } : {})}
          verb={verb}
        />
      ) : trouble ? (
        <TroublePanel trouble={trouble} retry={settings.retry} />
      ) : (
        <FormSkeleton fields={1} />
      )}
    </CardFrame>
  )
}

function verb({ attributes }: { attributes: { name: string } }) {
  if (attributes.name === 'passkey_register_trigger') return 'newPassword.passkey' as const
  return attributes.name === 'method' ? ('settings.password.save' as const) : undefined
}

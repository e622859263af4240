import { getRouteApi, Link } from '@tanstack/react-router'
import { carriedReturn, flowReturn } from '../address/return-to.ts'
import { CardFrame } from '../frame/card-frame.tsx'
import { FlowBody } from '../kratos/flow-body.tsx'
import { providerRefusal } from '../kratos/forms.ts'
import { useFlow } from '../kratos/use-flow.ts'
import { useLeaving } from '../kratos/use-leaving.ts'
import { useSpeech } from '../language/language.tsx'
import { ProviderRefused } from './provider-refused.tsx'

const route = getRouteApi('/register')

export function RegisterScreen() {
  const { t } = useSpeech()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { leave, arrive } = useLeaving(search.return_to)
  const returnTo = flowReturn(search.return_to, window.location.origin)
  const wish = carriedReturn(search.return_to, window.location.origin)
  const carried = wish ? { return_to: wish } : {}
  const inHand = useFlow({
    kind: 'registration',
    flowId: search.flow,
    returnTo,
    onFlow: (flow) => void navigate({ search: (before) => ({ ...before, flow: flow.id }), replace: true }),
    onLeave: (outcome) =>
      leave(outcome, ({ next }) => {
        const verification = next.find((step) => step.action === 'show_verification_ui')
        if (!verification) return arrive()
        arrive(`/verify?${new URLSearchParams({ flow: verification.flow.id, ...carried })}`)
      }),
  })
  const refused = inHand.flow && providerRefusal(inHand.flow)
  return (
    <CardFrame
      title={t('register.title')}
      lead={refused ? null : t('register.lead')}
      below={
        <>
          {t('register.haveAccount')}{' '}
          <Link to="/sign-in" search={carried}>
            {t('register.signIn')}
          </Link>
        </>
      }
    >
      {refused && inHand.flow ? (
        <ProviderRefused messages={refused} again={{ ...carried }} />
      ) : (
        <FlowBody kind="registration" inHand={inHand} fields={3} />
      )}
    </CardFrame>
  )
}

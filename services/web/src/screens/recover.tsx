import { getRouteApi, Link } from '@tanstack/react-router'
import { carriedReturn, flowReturn } from '../address/return-to.ts'
import { CardFrame } from '../frame/card-frame.tsx'
import { canResend, codeVerb } from '../kratos/code-verb.ts'
import { FlowBody } from '../kratos/flow-body.tsx'
import { useFlow } from '../kratos/use-flow.ts'
import { useLeaving } from '../kratos/use-leaving.ts'
import { useSpeech } from '../language/language.tsx'

const route = getRouteApi('/recover')

export function RecoverScreen() {
  const { t } = useSpeech()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { leave, arrive } = useLeaving(search.return_to)
  const returnTo = flowReturn(search.return_to, window.location.origin)
  const wish = carriedReturn(search.return_to, window.location.origin)
  const carried = wish ? { return_to: wish } : {}
  const inHand = useFlow({
    kind: 'recovery',
    flowId: search.flow,
    returnTo,
    onFlow: (flow) => void navigate({ search: (before) => ({ ...before, flow: flow.id }), replace: true }),
    onLeave: (outcome) =>
      leave(outcome, ({ next }) => {
        const settings = next.find((step) => step.action === 'show_settings_ui')
        const query = new URLSearchParams({ ...(settings ? { flow: settings.flow.id } : {}), ...carried })
        arrive(query.size > 0 ? `/new-password?${query}` : '/new-password')
      }),
  })
  const sent = inHand.flow?.state === 'sent_email'
  return (
    <CardFrame
      title={t(sent ? 'recover.code.title' : 'recover.title')}
      lead={t(sent ? 'recover.code.lead' : 'recover.lead')}
      below={
        <Link to="/sign-in" search={carried}>
          {t('recover.back')}
        </Link>
      }
    >
      <FlowBody kind="recovery" inHand={inHand} fields={1} verb={codeVerb(inHand.flow)} />
      {sent && !canResend(inHand.flow) ? (
        <Link to="/recover" search={carried} replace style={{ justifySelf: 'start' }}>
          {t('code.again')}
        </Link>
      ) : null}
    </CardFrame>
  )
}

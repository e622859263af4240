import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { flowReturn } from '../address/return-to.ts'
import { sessionQuery } from '../api/queries.ts'
import { CardFrame } from '../frame/card-frame.tsx'
import { canResend, codeVerb } from '../kratos/code-verb.ts'
import { FlowBody } from '../kratos/flow-body.tsx'
import { useFlow } from '../kratos/use-flow.ts'
import { useLeaving } from '../kratos/use-leaving.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import { useToast } from '../parts/toasts.tsx'

const route = getRouteApi('/verify')

/** An e-mail address counts once a code that was sent to it came back. */
export function VerifyScreen() {
  const { t } = useSpeech()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const toast = useToast()
  const { leave, arrive } = useLeaving(search.return_to)
  const session = useQuery(sessionQuery)
  const returnTo = flowReturn(search.return_to, window.location.origin)
  const inHand = useFlow({
    kind: 'verification',
    flowId: search.flow,
    returnTo,
    onFlow: (flow) => void navigate({ search: (before) => ({ ...before, flow: flow.id }), replace: true }),
    onLeave: (outcome) =>
      leave(outcome, () => {
        // Opened on a device where nobody is signed in: say so here instead of asking for a password at once.
        if (session.data === null) return
        toast(t('verify.done'))
        arrive()
      }),
  })
  const passed = inHand.flow?.state === 'passed_challenge'
  const sent = inHand.flow?.state === 'sent_email'
  const email = session.data?.email
  return (
    <CardFrame
      title={t(passed ? 'verify.done' : sent ? 'verify.code.title' : 'verify.title')}
      lead={passed ? null : t(sent ? 'verify.code.lead' : 'verify.lead')}
      below={passed ? null : <Link to="/">{session.isPending ? '\u00a0' : t(session.data ? 'verify.later' : 'verify.toSignIn')}</Link>}
    >
      {passed ? (
        <Notice tone="good" action={<Link to="/">{t(session.data ? 'verify.continue' : 'verify.signIn')}</Link>}>
          {t('verify.done.text')}
        </Notice>
      ) : (
        <FlowBody
          kind="verification"
          inHand={inHand}
          fields={search.flow ? 2 : 1}
          verb={codeVerb(inHand.flow)}
          {...(email ? { initial: { email } } : {})}
        />
      )}
      {sent && !canResend(inHand.flow) ? (
        <Link to="/verify" search={{}} replace style={{ justifySelf: 'start' }}>
          {t('code.again')}
        </Link>
      ) : null}
    </CardFrame>
  )
}

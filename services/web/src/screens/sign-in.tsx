import { getRouteApi, Link } from '@tanstack/react-router'
import { ownPath } from '../address/return-to.ts'
import { CardFrame } from '../frame/card-frame.tsx'
import { FlowBody } from '../kratos/flow-body.tsx'
import { useFlow } from '../kratos/use-flow.ts'
import { useLeaving } from '../kratos/use-leaving.ts'
import { useSpeech } from '../language/language.tsx'

const route = getRouteApi('/sign-in')

/** Also asks again (`refresh`) before something sensitive, and for an extra step (`aal`). */
export function SignInScreen() {
  const { t } = useSpeech()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { leave, arrive } = useLeaving(search.return_to)
  const returnTo = ownPath(search.return_to, window.location.origin) ?? undefined
  const carried = returnTo ? { return_to: returnTo } : {}
  const inHand = useFlow({
    kind: 'login',
    flowId: search.flow,
    returnTo,
    refresh: search.refresh === 'true',
    aal: search.aal,
    onFlow: (flow) => void navigate({ search: (before) => ({ ...before, flow: flow.id }), replace: true }),
    onLeave: (outcome) => leave(outcome, () => arrive()),
  })
  const again = search.refresh === 'true' || inHand.flow?.refresh === true
  const extra = search.aal === 'aal2' || inHand.flow?.requested_aal === 'aal2'
  const mode = extra ? 'extra' : again ? 'again' : 'first'
  return (
    <CardFrame
      title={t(`signIn.${mode}.title`)}
      lead={t(`signIn.${mode}.lead`)}
      below={
        mode === 'first' ? (
          <>
            {t('signIn.noAccount')}{' '}
            <Link to="/register" search={carried}>
              {t('signIn.register')}
            </Link>
          </>
        ) : (
          <a href="/">{t('signIn.notNow')}</a>
        )
      }
    >
      <FlowBody kind="login" inHand={inHand} fields={mode === 'first' ? 2 : 1} verb={signInVerb} />
      {mode === 'extra' ? null : (
        <Link to="/recover" style={{ justifySelf: 'start' }}>
          {t('signIn.forgot')}
        </Link>
      )}
    </CardFrame>
  )
}

/** "Sign in with password" only makes sense beside another way. */
function signInVerb(node: { attributes: { name: string; value?: unknown } }) {
  return node.attributes.name === 'method' && node.attributes.value === 'password' ? ('signIn.button' as const) : undefined
}

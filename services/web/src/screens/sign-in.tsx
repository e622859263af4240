import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { carriedReturn, flowReturn } from '../address/return-to.ts'
import { CardFrame } from '../frame/card-frame.tsx'
import { SignOutLine } from '../frame/sign-out-line.tsx'
import type { Flow, InputNode } from '../kratos/flow.ts'
import { FlowBody } from '../kratos/flow-body.tsx'
import { isLinking } from '../kratos/provider-words.ts'
import { useFlow } from '../kratos/use-flow.ts'
import { useLeaving } from '../kratos/use-leaving.ts'
import { usePasskeyAutofill } from '../kratos/use-passkey-autofill.ts'
import type { MessageKey } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'
import { ExtraStep } from './extra-step.tsx'

const route = getRouteApi('/sign-in')
/** "Sign in once more to confirm that it is you": the screen says so itself. */
const onceMore = 1010003

/** Of a text message the screen says itself where it went. */
const codeSent = 1010014

/** Also asks again (`refresh`) before something sensitive, and for an extra step (`aal`). */
export function SignInScreen() {
  const { t } = useSpeech()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { leave, arrive } = useLeaving(search.return_to)
  const returnTo = flowReturn(search.return_to, window.location.origin)
  const wish = carriedReturn(search.return_to, window.location.origin)
  const carried = wish ? { return_to: wish } : {}
  /** The flow that links an account elsewhere: after a wrong password it says so no more. */
  const [linkingFlow, setLinkingFlow] = useState<string | null>(null)
  const inHand = useFlow({
    kind: 'login',
    flowId: search.flow,
    returnTo,
    refresh: search.refresh === 'true',
    aal: search.aal,
    onFlow: (flow) => {
      if (isLinking(flow)) setLinkingFlow(flow.id)
      void navigate({ search: (before) => ({ ...before, flow: flow.id }), replace: true })
    },
    onLeave: (outcome) => leave(outcome, () => arrive()),
  })
  const { flow } = inHand
  const again = search.refresh === 'true' || flow?.refresh === true
  const extra = search.aal === 'aal2' || flow?.requested_aal === 'aal2'
  const mode = extra ? 'extra' : flow !== null && flow.id === linkingFlow ? 'link' : again ? 'again' : 'first'
  const sent = flow?.state === 'sent_email'
  const number = sent && flow ? numberIn(flow) : null
  usePasskeyAutofill(mode === 'first' && !sent ? flow : null, inHand.submit)
  return (
    <CardFrame
      title={t(sent ? 'signIn.code.title' : `signIn.${mode}.title`)}
      lead={number ? t('signIn.code.textLead', { number }) : t(sent ? 'signIn.code.lead' : `signIn.${mode}.lead`)}
      below={
        mode === 'first' ? (
          <>
            {t('signIn.noAccount')}{' '}
            <Link to="/register" search={carried}>
              {t('signIn.register')}
            </Link>
          </>
        ) : extra ? (
          // Without the extra step nothing answers: "not now" would lead in circles.
          <SignOutLine />
        ) : (
          <a href="/">{t('signIn.notNow')}</a>
        )
      }
    >
      {extra && flow ? (
        <ExtraStep inHand={inHand} flow={flow} />
      ) : (
        <FlowBody
          kind="login"
          inHand={inHand}
          fields={mode === 'first' ? 2 : 1}
          verb={sent ? codeVerb : mode === 'link' ? linkVerb : signInVerb}
          except={number ? [onceMore, codeSent] : [onceMore]}
        />
      )}
      {sent ? (
        <Link to="/sign-in" search={({ flow: _flow, ...rest }) => rest} replace style={{ justifySelf: 'start' }}>
          {t('signIn.otherWay')}
        </Link>
      ) : extra ? null : (
        <Link to="/recover" search={carried} style={{ justifySelf: 'start' }}>
          {t('signIn.forgot')}
        </Link>
      )}
    </CardFrame>
  )
}

/** The number that a code was sent to; null when it was an address. */
function numberIn({ ui }: Flow): string | null {
  const typed = ui.nodes.flatMap(({ attributes }) =>
    attributes.node_type === 'input' && attributes.name === 'identifier' && typeof attributes.value === 'string' ? [attributes.value] : [],
  )[0]
  return typed?.startsWith('+') ? typed : null
}

/** "Sign in with password" only makes sense beside another way, and there the password has the first button. */
function signInVerb({ attributes }: InputNode): MessageKey | undefined {
  return attributes.name === 'method' && attributes.value === 'password' ? 'signIn.button' : undefined
}

function linkVerb({ attributes }: InputNode): MessageKey | undefined {
  return attributes.name === 'method' && attributes.value === 'password' ? 'kratos.1010017' : undefined
}

function codeVerb({ attributes }: InputNode): MessageKey | undefined {
  return attributes.name === 'method' ? 'code.confirm' : undefined
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { carriedReturn, flowReturn } from '../address/return-to.ts'
import { termsQuery } from '../api/queries.ts'
import { CardFrame } from '../frame/card-frame.tsx'
import { providerRefusal } from '../kratos/forms.ts'
import { useFlow } from '../kratos/use-flow.ts'
import { useLeaving } from '../kratos/use-leaving.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import { Stage } from '../parts/stage.tsx'
import { ProviderRefused } from './provider-refused.tsx'
import { AccountStep } from './register/account-step.tsx'
import { AddressStep } from './register/address-step.tsx'
import { CodeStep } from './register/code-step.tsx'
import style from './register/register.module.css'
import { useRegistration } from './register/use-registration.ts'

const route = getRouteApi('/register')

export function RegisterScreen() {
  const { t } = useSpeech()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { leave, arrive } = useLeaving(search.return_to)
  const returnTo = flowReturn(search.return_to, window.location.origin)
  const wish = carriedReturn(search.return_to, window.location.origin)
  const carried = wish ? { return_to: wish } : {}
  const registration = useRegistration()
  const { step, asked, go, finish, startOver } = registration
  /** The proof was not taken: too old, or used. */
  const [isLost, setLost] = useState(false)
  const inHand = useFlow({
    kind: 'registration',
    flowId: search.flow,
    returnTo,
    onFlow: (flow) => void navigate({ search: (before) => ({ ...before, flow: flow.id }), replace: true }),
    onLeave: (outcome) => {
      if (outcome.kind === 'unproven') {
        setLost(true)
        startOver()
      } else {
        if (outcome.kind === 'done' || outcome.kind === 'signed-in-already') finish()
        leave(outcome, () => arrive())
      }
    },
  })
  /** Asked for early: the last step needs them. */
  const { data: terms } = useQuery(termsQuery)
  const isWaiting = step === 'account' && !(inHand.flow && terms)
  const refused = inHand.flow && providerRefusal(inHand.flow)
  return (
    <CardFrame
      title={t(`register.${step}.title`)}
      lead={refused ? null : t(`register.${step}.lead`, { email: asked?.email ?? '' })}
      below={
        <>
          {t('register.haveAccount')}{' '}
          <Link to="/sign-in" search={carried}>
            {t('register.signIn')}
          </Link>
        </>
      }
    >
      {refused ? (
        <ProviderRefused messages={refused} again={carried} />
      ) : (
        <Stage name={isWaiting ? 'waiting' : step} toField>
          {isLost && step === 'address' ? <Notice tone="warn">{t('register.lost')}</Notice> : null}
          {step === 'address' || !asked ? <AddressStep {...{ inHand, registration }} /> : null}
          {step === 'code' && asked ? <CodeStep {...{ asked, registration }} /> : null}
          {step === 'account' && asked?.proof ? (
            <>
              <AccountStep inHand={inHand} email={asked.email} proof={asked.proof} />
              <div className={style['links']}>
                <Button type="link" onClick={() => go('address')}>
                  {t('register.code.change')}
                </Button>
              </div>
            </>
          ) : null}
        </Stage>
      )}
    </CardFrame>
  )
}

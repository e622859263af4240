import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { Flow, InputNode } from '../kratos/flow.ts'
import { FlowNotices } from '../kratos/flow-body.tsx'
import { FlowForm } from '../kratos/flow-form.tsx'
import { prepared, separatePlans } from '../kratos/forms.ts'
import type { FlowInHand } from '../kratos/use-flow.ts'
import { hasMessage, type MessageKey } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import { Stage } from '../parts/stage.tsx'
import style from './extra-step.module.css'

/** The app before the rest: a recovery code is for the day it is gone. */
const order = ['totp', 'code', 'lookup_secret']
/** "Complete the extra step": the screen says so itself. */
const asked = 1010004
/** "A code was sent to the address you gave": nobody gave one here, and the screen says that it was sent. */
const codeSent = 1010014

/** The second proof: one way at a time, and how to take another. */
export function ExtraStep({ inHand, flow }: { inHand: FlowInHand; flow: Flow }) {
  const { t, language } = useSpeech()
  const [chosen, setChosen] = useState<string | null>(null)
  const plans = separatePlans(prepared('login', flow, language)).sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group))
  const plan = plans.find(({ group }) => group === chosen) ?? plans[0]
  if (!plan) {
    return (
      <Notice tone="info" title={t('signIn.extra.none.title')} action={<Link to="/protect">{t('signIn.extra.none.action')}</Link>}>
        <p>{t('signIn.extra.none.text')}</p>
      </Notice>
    )
  }
  return (
    <>
      <Stage name={plan.group} toField>
        <FlowNotices kind="login" inHand={inHand} flow={flow} except={[asked, codeSent]} />
        <FlowForm
          key={plan.group}
          kind="login"
          {...{ flow, plan, verb }}
          pending={inHand.pending}
          answers={inHand.answers}
          submit={inHand.submit}
        />
      </Stage>
      {plans.length > 1 ? (
        <div className={style['ways']}>
          {plans
            .filter((other) => other !== plan)
            .map(({ group }) => (
              <Button key={group} type="link" onClick={() => setChosen(group)}>
                {wayText(t, group)}
              </Button>
            ))}
        </div>
      ) : null}
    </>
  )
}

function wayText(t: (key: MessageKey) => string, group: string): string {
  const key = `signIn.way.${group}`
  return hasMessage(key) ? t(key) : group
}

function verb({ attributes }: InputNode): MessageKey | undefined {
  return attributes.name === 'method' ? 'code.confirm' : undefined
}

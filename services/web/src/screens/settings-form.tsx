import type { SessionView } from '@app/contracts/session'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Flow } from '../kratos/flow.ts'
import { FlowForm } from '../kratos/flow-form.tsx'
import type { FormPlan } from '../kratos/forms.ts'
import { kept } from '../kratos/kept.ts'
import { useSpeech } from '../language/language.tsx'
import { Panel } from '../parts/panel.tsx'
import { VerifiedTag } from '../parts/tag.tsx'
import style from './settings.module.css'

interface SettingsFormProps {
  readonly flow: Flow
  readonly plan: FormPlan
  readonly session: SessionView
  readonly submit: (body: Record<string, unknown>) => void
  readonly pending: boolean
  readonly answers: number
  readonly done: boolean
  readonly onDirty: (dirty: boolean) => void
}

/** Who a person is: the fields of Kratos' profile. */
export function SettingsForm({ flow, plan, session, submit, pending, answers, done, onDirty }: SettingsFormProps) {
  const { t } = useSpeech()
  const initial = kept()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer is what can make the form clean again.
  useEffect(() => {
    if (done) onDirty(false)
  }, [answers, done])
  return (
    <Panel split title={t('settings.profile.title')} lead={t('settings.profile.lead')} id="profile">
      <ReadOnlyTraits flow={flow} session={session} />
      <FlowForm
        // After a success the fields start afresh, from what was saved.
        key={done ? answers : 'new'}
        kind="settings"
        {...{ flow, plan, pending, answers, submit }}
        {...(initial ? { initial } : {})}
        compact
        verb={(node) => (node.attributes.name === 'method' ? 'settings.profile.save' : undefined)}
        onDirty={() => onDirty(true)}
      />
    </Panel>
  )
}

/** E-mail address and phone number are shown, not edited: a changed one counts only after a code. */
function ReadOnlyTraits({ flow, session }: { flow: Flow; session: SessionView }) {
  const { t } = useSpeech()
  const traitOf = (name: string) => {
    const node = flow.ui.nodes.find(({ attributes }) => attributes.node_type === 'input' && attributes.name === name)
    return node?.attributes.node_type === 'input' && node.attributes.value ? String(node.attributes.value) : null
  }
  const phone = traitOf('traits.phone')
  return (
    <div className={style['readOnly']}>
      <p className={style['label']}>{t('fact.email')}</p>
      <p className={style['value']}>
        <span>{traitOf('traits.email') ?? session.email}</span>
        <VerifiedTag verified={session.emailVerified} text={t(session.emailVerified ? 'verified.yes' : 'verified.no')} />
        {session.emailVerified ? null : <Link to="/verify">{t('home.unverified.action')}</Link>}
      </p>
      {phone ? (
        <>
          <p className={style['label']}>{t('fact.phone')}</p>
          <p className={style['value']}>{phone}</p>
        </>
      ) : null}
      <p className={style['help']}>{t('settings.profile.readOnly')}</p>
    </div>
  )
}

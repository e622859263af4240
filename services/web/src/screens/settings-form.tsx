import type { SessionView } from '@app/contracts/session'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Flow, InputNode } from '../kratos/flow.ts'
import { FlowForm } from '../kratos/flow-form.tsx'
import type { FormPlan } from '../kratos/forms.ts'
import { kept } from '../kratos/kept.ts'
import { hasMessage, type MessageKey } from '../language/catalogue.ts'
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

/** One method of the settings: its own panel, its own form. A method switched on later gets one by itself. */
export function SettingsForm({ flow, plan, session, submit, pending, answers, done, onDirty }: SettingsFormProps) {
  const { t } = useSpeech()
  const { group } = plan
  const initial = kept()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer is what can make the form clean again.
  useEffect(() => {
    if (done) onDirty(false)
  }, [answers, done])
  return (
    <Panel split title={title(t, group)} lead={lead(t, group)} id={group}>
      {group === 'profile' ? <ReadOnlyTraits flow={flow} session={session} /> : null}
      <FlowForm
        // After a success the fields start afresh: a password that was saved does not stay on the screen.
        key={done ? `${group}:${answers}` : group}
        kind="settings"
        {...{ flow, plan, pending, answers, submit }}
        {...(initial ? { initial } : {})}
        compact
        verb={(node) => verb(group, node)}
        onDirty={() => onDirty(true)}
      />
    </Panel>
  )
}

function title(t: (key: MessageKey) => string, group: string): string {
  const key = `settings.${group}.title`
  return hasMessage(key) ? t(key) : group
}

function lead(t: (key: MessageKey) => string, group: string): string | null {
  const key = `settings.${group}.lead`
  return hasMessage(key) ? t(key) : null
}

function verb(group: string, node: InputNode): MessageKey | undefined {
  if (node.attributes.name !== 'method') return undefined
  if (group === 'profile') return 'settings.profile.save'
  return group === 'password' ? 'settings.password.save' : undefined
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

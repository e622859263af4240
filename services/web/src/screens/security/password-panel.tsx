import { useEffect } from 'react'
import { FlowForm } from '../../kratos/flow-form.tsx'
import { separatePlans } from '../../kratos/forms.ts'
import { kept } from '../../kratos/kept.ts'
import { useSpeech } from '../../language/language.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Panel } from '../../parts/panel.tsx'
import type { SecurityPanelProps } from './panel-props.ts'

/** A new password, the whole story: also for a person who has none yet. */
export function PasswordPanel({ flow, settings }: SecurityPanelProps) {
  const { t } = useSpeech()
  const { pending, answers, submit, mark } = settings
  const done = flow.state === 'success'
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer is what can make the form clean again.
  useEffect(() => {
    if (done) mark('password', false)
  }, [answers, done])
  const plan = separatePlans(flow.ui.nodes).find(({ group }) => group === 'password')
  const initial = kept()
  if (!plan) return null
  return (
    <Panel split title={t('settings.password.title')} lead={t('settings.password.lead')} id="password">
      {initial?.['password'] ? <Notice tone="info">{t('settings.confirmed')}</Notice> : null}
      <FlowForm
        // After a success the field starts afresh: a password that was saved does not stay on the screen.
        key={done ? answers : 'new'}
        kind="settings"
        {...{ flow, plan, pending, answers, submit }}
        {...(initial ? { initial } : {})}
        compact
        verb={(node) => (node.attributes.name === 'method' ? 'settings.password.save' : undefined)}
        onDirty={() => mark('password', true)}
      />
    </Panel>
  )
}

import { ApiError } from '../../api/api-error.ts'
import { faultOf } from '../../kratos/check-field.ts'
import { FlowNotices } from '../../kratos/flow-body.tsx'
import { FlowForm, Or } from '../../kratos/flow-form.tsx'
import style from '../../kratos/nodes/nodes.module.css'
import type { FlowInHand } from '../../kratos/use-flow.ts'
import { useSpeech } from '../../language/language.tsx'
import { FormSkeleton } from '../../parts/skeleton.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import { OneField } from './one-field.tsx'
import type { Registration } from './use-registration.ts'

/** Where the code goes, or an account elsewhere that says who somebody is. */
export function AddressStep({ inHand, registration }: { readonly inHand: FlowInHand; readonly registration: Registration }) {
  const { t } = useSpeech()
  const { asked, ask, enter } = registration
  const { flow, trouble, retry } = inHand
  if (!flow) return trouble ? <TroublePanel trouble={trouble} retry={retry} /> : <FormSkeleton fields={1} />
  const check = (value: string) => {
    const fault = faultOf({ node_type: 'input', name: 'email', type: 'email', required: true }, value.trim(), 'sending')
    return fault && t(fault.key)
  }
  const isRefused = ask.error instanceof ApiError && ask.error.status === 400
  const oidc = flow.ui.nodes.filter(({ group }) => group === 'oidc')
  const shared = flow.ui.nodes.filter((node) => node.attributes.node_type === 'input' && node.attributes.name === 'csrf_token')
  return (
    <div className={style['form']}>
      <FlowNotices kind="registration" inHand={inHand} flow={flow} />
      <OneField
        name="email"
        label={t('field.email')}
        verb={t('register.email.go')}
        initial={asked?.email ?? ''}
        check={check}
        refused={isRefused ? t('register.email.refused') : null}
        error={ask.error}
        pending={ask.isPending}
        onSubmit={(value) => enter(value.trim())}
      />
      {oidc.length > 0 ? (
        <>
          <Or />
          <FlowForm
            kind="registration"
            flow={flow}
            plan={{ group: 'oidc', groups: [{ group: 'oidc', nodes: oidc }], nodes: [...shared, ...oidc] }}
            pending={inHand.pending}
            answers={inHand.answers}
            submit={inHand.submit}
          />
        </>
      ) : null}
    </div>
  )
}

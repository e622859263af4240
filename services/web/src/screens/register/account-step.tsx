import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { troubleIn } from '../../api/api-error.ts'
import { termsQuery } from '../../api/queries.ts'
import type { Flow, InputNode, Node } from '../../kratos/flow.ts'
import { FlowNotices } from '../../kratos/flow-body.tsx'
import { FlowForm } from '../../kratos/flow-form.tsx'
import { prepared, wholePlan } from '../../kratos/forms.ts'
import style from '../../kratos/nodes/nodes.module.css'
import type { FlowInHand } from '../../kratos/use-flow.ts'
import type { Language, MessageKey } from '../../language/catalogue.ts'
import { useSpeech } from '../../language/language.tsx'
import { FormSkeleton } from '../../parts/skeleton.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import { termsNodes, termsRefused, withTerms } from './terms-node.ts'

interface AccountStepProps {
  readonly inHand: FlowInHand
  readonly email: string
  readonly proof: string
}

/** The address is proven: a name, and a way to sign in. */
export function AccountStep({ inHand, email, proof }: AccountStepProps) {
  const { language } = useSpeech()
  const { flow, trouble, retry, answers } = inHand
  const { data: terms, error, refetch } = useQuery(termsQuery)
  const isRefused = flow?.ui.messages.some(({ id }) => id === termsRefused) ?? false
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal may mean that they have changed.
  useEffect(() => {
    if (isRefused) void refetch()
  }, [isRefused, answers, refetch])
  if (!flow && trouble) return <TroublePanel trouble={trouble} retry={retry} />
  if (!terms && error) return <TroublePanel trouble={troubleIn(error)} retry={() => void refetch()} />
  if (!flow || !terms) return <FormSkeleton fields={3} />
  return (
    <div className={style['form']}>
      <FlowNotices kind="registration" inHand={inHand} flow={flow} except={[termsRefused]} />
      <FlowForm
        kind="registration"
        flow={flow}
        plan={wholePlan([...nodesOf(flow, language, email), ...termsNodes(flow, terms, language)])}
        pending={inHand.pending}
        answers={inHand.answers}
        submit={(body) => inHand.submit({ ...withTerms(body, terms), registration_proof: proof })}
        verb={verb}
      />
    </div>
  )
}

/** Codes need no account of their own: whoever has the address can sign in by one. */
const ways = ['default', 'profile', 'password', 'passkey']

function nodesOf(flow: Flow, language: Language, email: string): Node[] {
  return prepared('registration', flow, language)
    .filter(({ group }) => ways.includes(group))
    .map((node) => (isEmail(node) ? { ...node, attributes: { ...node.attributes, ...known, value: email } } : node))
}

/** A password manager keeps the password under this name. */
const known = { readonly: true, autocomplete: 'username' }

function isEmail(node: Node): node is InputNode {
  return node.attributes.node_type === 'input' && node.attributes.name === 'traits.email'
}

function verb({ attributes }: InputNode): MessageKey | undefined {
  return attributes.name === 'method' && attributes.value === 'password' ? 'register.account.go' : undefined
}

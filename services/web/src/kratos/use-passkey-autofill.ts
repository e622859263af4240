import { useEffect, useLayoutEffect, useRef } from 'react'
import { valueIn } from './ceremony.ts'
import type { Flow } from './flow.ts'
import { offerPasskeys } from './passkey.ts'

/** Lets the browser offer passkeys in the list of the e-mail field, for as long as the flow may be answered with one. */
export function usePasskeyAutofill(flow: Flow | null, submit: (body: Record<string, unknown>) => void): void {
  const nodes = flow?.ui.nodes ?? []
  const options = valueIn(nodes, 'passkey_challenge')
  const body = { csrf_token: valueIn(nodes, 'csrf_token'), method: 'passkey' }
  const send = useRef((_proof: string) => {})
  useLayoutEffect(() => {
    send.current = (proof) => submit({ ...body, passkey_login: proof })
  })
  useEffect(() => (options === '' ? undefined : offerPasskeys(options, (proof) => send.current(proof))), [options])
}

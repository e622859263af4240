import { useRef, useState } from 'react'
import { ceremonyOf } from './ceremony.ts'
import type { InputNode, Node } from './flow.ts'
import type { PasskeyFault } from './passkey.ts'

export interface CeremonyInHand {
  /** Why the last try gave no passkey. */
  readonly fault: PasskeyFault | null
  readonly asking: boolean
  /** Opens the browser's dialog; `send` gets the answer and the field it belongs to. One dialog at a time. */
  readonly begin: (trigger: InputNode, typedIn: (field: string) => string, send: (field: string, proof: string) => void) => void
}

export function useCeremony(nodes: readonly Node[]): CeremonyInHand {
  const [fault, setFault] = useState<PasskeyFault | null>(null)
  const [asking, setAsking] = useState(false)
  const busy = useRef(false)
  const begin: CeremonyInHand['begin'] = (trigger, typedIn, send) => {
    const ceremony = ceremonyOf(nodes, trigger)
    if (!ceremony || busy.current) return
    busy.current = true
    setAsking(true)
    setFault(null)
    void ceremony
      .ask(typedIn)
      .then((answer) => ('proof' in answer ? send(ceremony.result, answer.proof) : setFault(answer.fault)))
      .finally(() => {
        busy.current = false
        setAsking(false)
      })
  }
  return { fault, asking, begin }
}

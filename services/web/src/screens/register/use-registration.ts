import { proveRegistration, startRegistration } from '@app/contracts/contact'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { useSpeech } from '../../language/language.tsx'
import { type AskedCode, keepAskedCode, readAskedCode } from './asked-code.ts'

const route = getRouteApi('/register')

/** How long to wait before the next code: a mail takes a while. */
export const resendAfterMs = 60_000

type Step = 'address' | 'code' | 'account'

/** First an address, then the code that went there, then the account. What is known decides how far the address bar may go. */
export function useRegistration() {
  const { language } = useSpeech()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [asked, setAsked] = useState(readAskedCode)
  const keep = (next: AskedCode | null) => {
    keepAskedCode(next)
    setAsked(next)
  }
  const go = (step: Step, replace = false) =>
    void navigate({ search: ({ step: _, ...before }) => (step === 'address' ? before : { ...before, step }), replace })

  const ask = useMutation({
    mutationFn: (email: string) => callApi(startRegistration, { body: { email, locale: language } }),
    onSuccess: ({ id, secret }, email) => {
      keep({ email, id, secret, sentAt: Date.now(), wrongTries: 0, isRepeat: email === asked?.email, proof: null })
      prove.reset()
      if (step !== 'code') go('code')
    },
  })
  const prove = useMutation({
    mutationFn: ({ of, code }: { of: AskedCode; code: string }) =>
      callApi(proveRegistration, { params: { registrationId: of.id }, body: { secret: of.secret, code } }),
    onSuccess: ({ email, proof }, { of }) => {
      keep({ ...of, email, proof })
      // Back leads to the address, not to a code that is used.
      go('account', true)
    },
    onError: (error, { of }) => {
      if (error instanceof ApiError && error.status === 422) keep({ ...of, wrongTries: of.wrongTries + 1 })
    },
  })
  /** Whoever comes back to an address that was just used goes on where they were: no second mail. */
  const enter = (email: string) => {
    if (asked?.email !== email) ask.mutate(email)
    else if (asked.proof !== null) go('account')
    else if (Date.now() - asked.sentAt < resendAfterMs) go('code')
    else ask.mutate(email)
  }
  const wanted: Step = search.step ?? 'address'
  const step: Step = wanted === 'address' || !asked ? 'address' : asked.proof === null ? 'code' : 'account'
  return {
    step,
    asked,
    ask,
    prove,
    enter,
    go,
    /** It is over: nothing of it is left in this tab, and the screen stays as it is until the next one is there. */
    finish: () => keepAskedCode(null),
    startOver: () => {
      keep(null)
      go('address', true)
    },
  }
}
export type Registration = ReturnType<typeof useRegistration>

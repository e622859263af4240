import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { signOut as endSession } from '../api/sign-out.ts'
import type { Trouble } from '../api/trouble.ts'
import { forget } from '../kratos/kept.ts'

/** Signs out once, forgets everything that was known about the person, and shows the sign-in screen. */
export function useSignOut() {
  const router = useRouter()
  const queryClient = useQueryClient()
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [pending, setPending] = useState(false)
  const busy = useRef(false)

  const run = async () => {
    const problem = await endSession()
    setTrouble(problem)
    if (problem) return
    forget()
    await router.navigate({ to: '/sign-in', search: {} })
    queryClient.clear()
  }

  const signOut = () => {
    if (busy.current) return
    busy.current = true
    setPending(true)
    void run().finally(() => {
      busy.current = false
      setPending(false)
    })
  }
  return { signOut, pending, trouble }
}

import { Button } from 'antd'
import { useSpeech } from '../language/language.tsx'
import { useSignOut } from './use-sign-out.ts'

/** The way out where nothing else is offered. */
export function SignOutLine() {
  const { t } = useSpeech()
  const { signOut, pending } = useSignOut()
  return (
    <Button type="link" onClick={signOut} loading={pending ? { delay: 300 } : false}>
      {t('person.signOut')}
    </Button>
  )
}

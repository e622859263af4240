import { Button } from 'antd'
import type { Message } from '../kratos/flow.ts'
import { messageText } from '../kratos/texts.ts'
import { useSpeech } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'

/** An account elsewhere that cannot register here: why, and how somebody comes in all the same. */
export function ProviderRefused({ messages, again }: { messages: readonly Message[]; again: Record<string, string> }) {
  const { t, language } = useSpeech()
  const query = new URLSearchParams(again).toString()
  return (
    <>
      <Notice tone="bad" title={t('register.refused.title')}>
        {messages.map((message) => (
          <p key={message.id}>{messageText(language, message)}</p>
        ))}
      </Notice>
      <p>{t('register.refused.text')}</p>
      <Button type="primary" size="large" block href={query === '' ? '/register' : `/register?${query}`}>
        {t('register.refused.again')}
      </Button>
    </>
  )
}

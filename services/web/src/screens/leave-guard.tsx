import { useBlocker } from '@tanstack/react-router'
import { Modal } from 'antd'
import { useRef } from 'react'
import { useSpeech } from '../language/language.tsx'

/** Asks before changes that were not saved are lost, also when the tab is closed. */
export function LeaveGuard({ isDirty }: { isDirty: () => boolean }) {
  const { t } = useSpeech()
  /** What was pressed: gets the focus back when the person stays. */
  const pressed = useRef<Element | null>(null)
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => {
      pressed.current = document.activeElement
      return isDirty() && current.pathname !== next.pathname
    },
    enableBeforeUnload: isDirty,
    withResolver: true,
  })
  return (
    <Modal
      open={blocker.status === 'blocked'}
      title={t('leave.title')}
      okText={t('leave.stay')}
      cancelText={t('leave.leave')}
      onOk={() => blocker.reset?.()}
      onCancel={() => blocker.proceed?.()}
      keyboard={false}
      mask={{ closable: false }}
      closable={false}
      focusable={{ focusTriggerAfterClose: false }}
      afterClose={() => pressed.current instanceof HTMLElement && pressed.current.focus()}
      okButtonProps={{ autoFocus: true }}
      width={420}
    >
      {t('leave.text')}
    </Modal>
  )
}

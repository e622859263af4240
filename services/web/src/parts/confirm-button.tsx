import { Button, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import { useSpeech } from '../language/language.tsx'

interface ConfirmButtonProps {
  readonly label: string
  /** What will be gone, asked as a question. */
  readonly title: string
  readonly children: ReactNode
  readonly verb: string
  readonly onConfirm: () => void
  readonly danger?: boolean
  readonly waiting?: boolean
  /** Read aloud instead of the label, where several buttons look alike. */
  readonly name?: string
}

/** A button that says what it takes away before it does. Escape and "Cancel" change nothing. */
export function ConfirmButton({ label, title, children, verb, onConfirm, danger = true, waiting = false, name }: ConfirmButtonProps) {
  const { t } = useSpeech()
  const [open, setOpen] = useState(false)
  const confirm = () => {
    setOpen(false)
    onConfirm()
  }
  return (
    <>
      <Button danger={danger} onClick={() => setOpen(true)} loading={waiting ? { delay: 300 } : false} aria-label={name}>
        {label}
      </Button>
      <Modal
        open={open}
        title={title}
        okText={verb}
        cancelText={t('confirm.cancel')}
        okButtonProps={{ danger }}
        cancelButtonProps={{ autoFocus: true }}
        onOk={confirm}
        onCancel={() => setOpen(false)}
        closable={false}
        width={420}
      >
        {children}
      </Modal>
    </>
  )
}

import type { InputNode } from '../flow.ts'

/** What every kind of field gets. */
export interface InputFieldProps {
  readonly node: InputNode
  readonly id: string
  readonly error: string | null
  readonly initial: string
  readonly onLeave: (node: InputNode, value: string) => void
  readonly onEdit: (node: InputNode) => void
}

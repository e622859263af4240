/** A failure whose message is one sentence for the person at the terminal: it names the cause and the fix, and needs no stack trace. */
export class PlainError extends Error {
  override name = 'PlainError'
  /** The exit code of the command: 1 for a failure, 2 for wrong arguments. */
  readonly exitCode: number
  constructor(message: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, { cause: options.cause })
    this.exitCode = options.exitCode ?? 1
  }
}

const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** The sentence for any failure; system errors that people meet get a fix. */
export function sentenceOf(error: unknown): string {
  if (error instanceof PlainError) return error.message
  const message = error instanceof Error ? error.message : String(error)
  const explain = explanations[errorCode(error) ?? '']
  return explain === undefined ? message : explain(message)
}

const noPermission = (message: string) => `No permission: ${message}. The folder .vestibule must belong to the user who runs the command.`
const tooManyFiles = (message: string) =>
  `Too many open files (${message}). Raise the limit with \`ulimit -n 8192\` and run the command again.`

const explanations: Readonly<Record<string, (message: string) => string>> = {
  ENOSPC: (message) => `The disk is full (${message}). Free some space and run the command again: nothing half-written is used.`,
  EROFS: noPermission,
  EACCES: noPermission,
  EPERM: noPermission,
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
}

/** Which request an event comes from. */
export interface Origin {
  readonly requestId?: string | undefined
  readonly traceparent?: string | undefined
}

/** The input cannot make a safe configuration; every reason is named, not only the first. */
export class OryConfigError extends Error {
  override readonly name = 'OryConfigError'
  readonly reasons: string[]

  constructor(reasons: string[]) {
    super(`Ory's configuration is refused:\n${reasons.map((reason) => `- ${reason}`).join('\n')}`)
    this.reasons = reasons
  }
}

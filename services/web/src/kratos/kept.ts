/**
 * What a person had filled in when we had to ask who they are first. In memory of this page only, gone after a reload: it may hold
 * a new password.
 */

let values: Readonly<Record<string, string>> | null = null

export function keep(body: Record<string, unknown>): void {
  const typed = flattened(body, '').filter(([name]) => name === 'password' || name.startsWith('traits.'))
  values = typed.length > 0 ? Object.fromEntries(typed) : null
}

export function kept(): Readonly<Record<string, string>> | null {
  return values
}

export function forget(): void {
  values = null
}

function flattened(body: object, prefix: string): [string, string][] {
  return Object.entries(body).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    if (typeof value === 'object' && value !== null) return flattened(value, `${prefix}${name}.`)
    return name === 'csrf_token' || name === 'method' ? [] : [[`${prefix}${name}`, String(value)]]
  })
}

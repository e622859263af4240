/** Addresses stay readable: `?search=ada`, plain text, nothing encoded as JSON. */

type Search = Record<string, unknown>

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

export function parseSearch(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query))
}

export function stringifySearch(search: Search): string {
  const pairs = Object.entries(search).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && value !== '' ? [[name, value]] : [],
  )
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : ''
}

/** Ids of flows are UUIDs; anything else in the address is not worth asking for. */
export interface FlowSearch {
  readonly flow?: string
  readonly return_to?: string
  readonly refresh?: 'true'
  readonly aal?: 'aal2'
}

export function flowSearch(search: Search): FlowSearch {
  const flow = text(search['flow'])
  const returnTo = text(search['return_to'])
  return {
    ...(flow && /^[0-9a-f-]{36}$/i.test(flow) ? { flow } : {}),
    ...(returnTo ? { return_to: returnTo } : {}),
    ...(search['refresh'] === 'true' ? { refresh: 'true' as const } : {}),
    ...(search['aal'] === 'aal2' ? { aal: 'aal2' as const } : {}),
  }
}

/** How far somebody is who registers: back and forward go through the steps. */
export interface RegisterSearch extends FlowSearch {
  readonly step?: 'code' | 'account'
}

export function registerSearch(search: Search): RegisterSearch {
  const { step } = search
  return { ...flowSearch(search), ...(step === 'code' || step === 'account' ? { step } : {}) }
}

/** Why a new password is asked for, where it is not a recovery. */
export interface NewPasswordSearch extends FlowSearch {
  readonly why?: 'expired'
}

export function newPasswordSearch(search: Search): NewPasswordSearch {
  return { ...flowSearch(search), ...(search['why'] === 'expired' ? { why: 'expired' as const } : {}) }
}

export interface PeopleSearch {
  readonly search?: string
  readonly state?: 'active' | 'inactive'
  readonly verified?: 'true' | 'false'
  readonly from?: string
  readonly to?: string
}

/** What an address may ask of the directory; what it cannot mean is dropped, not refused. */
export function peopleSearch(search: Search): PeopleSearch {
  const { state, verified } = search
  const words = text(search['search'])?.trim().slice(0, 100)
  const from = day(search['from'])
  const to = day(search['to'])
  return {
    ...(words ? { search: words } : {}),
    ...(state === 'active' || state === 'inactive' ? { state } : {}),
    ...(verified === 'true' || verified === 'false' ? { verified } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  }
}

function day(value: unknown): string | undefined {
  const found = text(value)
  if (!found || !/^(19|20)\d\d-\d\d-\d\d$/.test(found)) return undefined
  return Number.isNaN(Date.parse(`${found}T00:00:00`)) ? undefined : found
}

/** Only people of whom something may still be left. */
export function erasedSearch(search: Search): { readonly awaited?: 'true' } {
  return search['awaited'] === 'true' ? { awaited: 'true' } : {}
}

export function errorSearch(search: Search): { readonly id?: string } {
  const id = text(search['id'])
  return id && /^[0-9a-f-]{36}$/i.test(id) ? { id } : {}
}

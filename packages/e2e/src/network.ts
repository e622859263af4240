/** The running test network from outside: how its parts are, how to hurt one, and the operator's way in. */
import { createAdministrator } from '@app/contracts/internal-identity'
import { callerSecret } from '@app/network/manifest/service-part'
import { currentSecret } from '@app/network/secrets'
import { statePaths } from '@app/network/state/paths'
import { askSupervisor } from '@app/network/supervisor/control-client'
import type { PartView, StatusView } from '@app/network/supervisor/control-protocol'
import { inDatabase } from '@app/testing/database'
import { until } from '@app/testing/poll'
import { testServers, testStateFolder } from '@app/testing/servers'

export async function networkStatus(): Promise<StatusView> {
  const answer = await askSupervisor(statePaths(testStateFolder()), { command: 'status' })
  if (answer?.ok !== true || answer.status === undefined) throw new Error('the supervisor of the test network does not answer')
  return answer.status
}

export async function partView(name: string): Promise<PartView> {
  const view = (await networkStatus()).parts.find((part) => part.name === name)
  if (view === undefined) throw new Error(`the test network has no part ${name}`)
  return view
}

/** Kills the part's main process the hard way. @returns when the supervisor runs it again and calls it ready. */
export async function killPart(name: string): Promise<{ readyAgain: Promise<void> }> {
  const { pid, restarts } = await partView(name)
  if (pid === null) throw new Error(`${name} does not run`)
  process.kill(pid, 'SIGKILL')
  const isBack = async () => {
    const view = await partView(name)
    return view.restarts > restarts && view.state === 'ready'
  }
  return { readyAgain: until(isBack, { timeoutMs: 60_000, everyMs: 50 }).then(() => undefined) }
}

/** Stops the part's main process in its tracks: it takes connections and answers nothing. @returns what lets it go on. */
export async function freezePart(name: string): Promise<{ thaw(): void }> {
  const { pid } = await partView(name)
  if (pid === null) throw new Error(`${name} does not run`)
  process.kill(pid, 'SIGSTOP')
  return { thaw: () => void process.kill(pid, 'SIGCONT') }
}

/** @returns when every part is ready. @throws after a minute, with what the others say. */
export const allReady = () =>
  until(
    async () => {
      const { ready, parts } = await networkStatus()
      if (ready) return true
      const late = parts.filter(({ state }) => state !== 'ready')
      throw new Error(late.map(({ name, state, reason }) => `${name} is ${state}: ${reason ?? 'no reason given'}`).join('; '))
    },
    { timeoutMs: 60_000, everyMs: 100 },
  )

/** Makes a platform administrator as the operator of the machine does, and answers the one-time link. */
export async function administratorLink(email: string, locale: 'en' | 'nl' = 'en'): Promise<{ userId: string; link: string }> {
  const secret = currentSecret(statePaths(testStateFolder()).secrets, callerSecret('operator', 'identity'))
  const response = await fetch(`${testServers().identityInternalUrl}${createAdministrator.path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email, name: locale === 'nl' ? 'Zoë van der Berg' : 'Grace Hopper', locale }),
    signal: AbortSignal.timeout(15_000),
  })
  if (!response.ok) throw new Error(`identity refused to make an administrator: ${response.status} ${await response.text()}`)
  return createAdministrator.answers[200].parse(await response.json())
}

/** The time to think better of it is over for whoever asked to be deleted. */
export async function endGrace(userId: string): Promise<void> {
  await inDatabase('identity', async (admin) => {
    await admin`update deletions set due_at = now() - interval '1 second' where identity_id = ${userId}`
  })
}

/** What `VESTIBULE_ADMIN_SECOND_FACTOR=on` does to an administrator: the row, and the look that makes it count. */
export async function requireSecondFactor(userId: string): Promise<void> {
  await inDatabase('identity', async (admin) => {
    await admin`insert into required_second_factors (identity_id, because) values (${userId}, 'administering the platform')`
    await admin`
      insert into pending_syncs (id, kind, subject, due_at) values (gen_random_uuid(), 'identity', ${userId}, now())
      on conflict (kind, subject) do update set due_at = now()`
  })
  await until(
    async () => {
      const answer = await fetch(`${testServers().kratosAdminUrl}/admin/identities/${userId}`, { signal: AbortSignal.timeout(5_000) })
      return (await answer.text()).includes('"secondFactorRequired":true')
    },
    { timeoutMs: 15_000, everyMs: 100 },
  )
}

/** Doors that were tried and stayed shut: each person's or client's refusal at a route is on record once a minute, so that a flood of them cannot fill the log. */
import type { AuditLog, Caller, Clock } from '../model/ports.ts'
import type { GuardedRoute } from './route.ts'

/** Called before the refusal is answered; resolves when it is on record. */
export type NoteRefusal = (caller: Caller, route: Pick<GuardedRoute, 'method' | 'url'>) => Promise<void>

const EVERY_MS = 60_000
const MOST = 10_000

const whoOf = ({ actor }: Caller): string => (actor.kind === 'person' ? `${actor.account} ${actor.app?.client ?? ''}` : actor.kind === 'system' ? `client ${actor.client}` : actor.name)

/** What was noted is remembered by the process: a restart costs one more row, and the door needs no table of its own. */
export const createRefusalNotes = ({ audit, clock }: { readonly audit: AuditLog; readonly clock: Clock }): NoteRefusal => {
  const noted = new Map<string, number>()
  return async (caller, { method, url }) => {
    const now = clock.now().getTime()
    const door = `${method} ${url}`
    const key = `${whoOf(caller)} ${door}`
    const last = noted.get(key)
    if (last !== undefined && now >= last && now - last < EVERY_MS) return
    if (noted.size >= MOST) noted.clear()
    noted.set(key, now)
    try {
      // the route as declared: an address may name a patient
      await audit.record(caller, { action: 'E', interaction: 'access', outcome: 'refused', detail: door })
    } catch (error) {
      noted.delete(key)
      throw error
    }
  }
}

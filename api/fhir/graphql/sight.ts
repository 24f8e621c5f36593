/** What a caller may read of these types, as predicates for the statement that fetches what references lead to. */
import type { Caller } from '../../model/ports.ts'
import type { Sight } from '../../model/record-ports.ts'
import { limitFor, narrow, reachOf } from '../../security/policy.ts'

/** One for each type; types that the caller may not read stand in none. For those who may read all of them the statement is the one that is kept. */
export const readSights = (caller: Caller, types: readonly string[]): readonly Sight[] => {
  const asked = [...new Set(types)]
  const open = asked.filter((type) => type !== 'AuditEvent' && reachOf(caller.actor, 'read', type) !== 'none')
  const sights = open.map((type): Sight => {
    if (caller.actor.kind === 'person') return { types: [type], visibility: narrow(caller, 'read', type).visibility }
    const limit = limitFor(caller.actor, 'read', type)
    return { types: [type], visibility: { kind: 'all', ...(limit && { limits: [limit] }) } }
  })
  const whole = open.length === asked.length && sights.every(({ visibility }) => visibility.kind === 'all' && visibility.limits === undefined)
  return whole ? [{ visibility: { kind: 'all' } }] : sights
}

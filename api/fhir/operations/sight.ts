/** What a caller sees when many types are read at once: of each type what a search in it would show (api/security/policy.ts). */
import type { Caller, Visibility } from '../../model/ports.ts'
import type { Sight } from '../../model/record-ports.ts'
import { parseScope } from '../../model/scope.ts'
import { RESOURCE_TYPES } from '../../search/resource-types.ts'
import { narrow, reachOf } from '../../security/policy.ts'

/** Whether the caller may search every type for every patient. */
export const seesAll = ({ actor }: Caller): boolean => actor.kind === 'internal' || (actor.kind === 'system' && (mayAll(actor.scopes) || (actor.tests === undefined && RESOURCE_TYPES.every((type) => reachOf(actor, 'search-type', type) === 'site'))))

/** The usual scope of those that do, so that 146 types need not be asked about one by one. */
const mayAll = (scopes: readonly string[]): boolean => scopes.map((scope) => parseScope(scope)).some((scope) => scope?.type === '*' && scope.rights.includes('s'))

/** One for each kind of visibility; types that the caller may not search stand in none. */
export const sightsOf = (caller: Caller): readonly Sight[] => {
  if (seesAll(caller)) return [{ visibility: { kind: 'all' } }]
  const found = new Map<string, { readonly visibility: Visibility; readonly types: string[] }>()
  for (const type of RESOURCE_TYPES) {
    if (reachOf(caller.actor, 'search-type', type) === 'none') continue
    const { visibility } = narrow(caller, 'search-type', type)
    const key = JSON.stringify(visibility)
    const same = found.get(key)
    if (same === undefined) found.set(key, { visibility, types: [type] })
    else same.types.push(type)
  }
  return [...found.values()]
}

/**
 * Writes under scopes with search parameters (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html): what is stored and what comes in its place
 * must both be within what the scopes leave. Nobody learns in this way what is there: of an id that is hidden and of one that is free the answer is the same, so an
 * update under such scopes never creates.
 */
import { parseJsonObject, type JsonObject } from '../model/json.ts'
import type { Caller, Head, StoreTransaction } from '../model/ports.ts'
import type { Limit } from '../model/scope-limit.ts'
import { hasLimits, limitFor, type Interaction } from '../security/policy.ts'
import type { Question } from './gate.ts'
import type { Planned } from './planned.ts'
import { parseRelative, referencesIn } from './references.ts'
import { same, type IsSeen } from './resolve.ts'

export interface Bounds {
  /** False: no scope of the caller has parameters, or is about one patient. */
  readonly any: boolean
  readonly limit: (interaction: Interaction, type: string) => Limit | undefined
  readonly fits: (resource: JsonObject, limit: Limit) => boolean
}

export const boundsOf = ({ actor }: Caller, fits: Bounds['fits']): Bounds =>
  ({ any: hasLimits(actor), limit: (interaction, type) => limitFor(actor, interaction, type), fits })

/** The writes, each of the version that was judged; or what must not be written. */
export const holdToBounds = async (
  tx: StoreTransaction, bounds: Bounds, writing: readonly Planned[], { bodies }: { readonly bodies: ReadonlyMap<string, JsonObject> }, heads: ReadonlyMap<string, Head>,
): Promise<{ readonly held: readonly Planned[] } | { readonly refused: Question }> => {
  const held: Planned[] = []
  for (const item of writing) {
    const head = heads.get(same(item.key))
    const current = head === undefined || head.deleted ? undefined : head
    const interaction = item.kind === 'update' && current === undefined ? 'create' : item.kind
    if (!await isHeld(tx, bounds, item, current, bodies.get(same(item.key)))) return { refused: { interaction, ...item.key } }
    held.push(current !== undefined && item.expected === undefined && bounds.limit(item.kind, item.key.type) !== undefined ? { ...item, expected: current.version } : item)
  }
  return { held }
}

const isHeld = async (tx: StoreTransaction, { limit, fits }: Bounds, { kind, key }: Planned, current: Head | undefined, body: JsonObject | undefined): Promise<boolean> => {
  const bound = limit(kind, key.type)
  const comes = (by: Limit): boolean => body !== undefined && fits(body, by)
  if (kind === 'create') return bound === undefined || comes(bound)
  if (current === undefined && kind === 'update') return bound === undefined && limit('create', key.type) === undefined
  if (bound === undefined) return true
  return current !== undefined && await tx.isWithin(key, bound) && (kind === 'delete' || comes(bound))
}

/** What is hidden is refused as a target as if it were not there, but for what the stored version says already: who may change it has read that. */
export const createIsSeen = (tx: StoreTransaction, { limit }: Bounds, plan: readonly Pick<Planned, 'kind' | 'key'>[]): IsSeen => {
  let said: Promise<ReadonlySet<string>> | undefined
  return async (key) => {
    const limits = [limit('read', key.type), limit('search-type', key.type)]
    const parts = limits.filter((each) => each !== undefined && each.any.length > 0)
    // a type that is open, or wholly closed, hides no part of itself
    if (limits.includes(undefined) || parts.length === 0) return true
    for (const part of parts) if (part !== undefined && await tx.isWithin(key, part)) return true
    said ??= referredNow(tx, plan)
    return (await said).has(same(key))
  }
}

const referredNow = async (tx: StoreTransaction, plan: readonly Pick<Planned, 'kind' | 'key'>[]): Promise<ReadonlySet<string>> => {
  const found = new Set<string>()
  for (const { kind, key } of plan) {
    const stored = kind === 'update' ? await tx.read(key) : undefined
    if (stored === undefined || stored.deleted) continue
    for (const { reference } of referencesIn(parseJsonObject(stored.body), key.type)) {
      const target = parseRelative(reference)
      if (target !== undefined) found.add(same(target))
    }
  }
  return found
}

/** Which resources conditional updates and deletes mean. http://hl7.org/fhir/R4/http.html#cond-update, http://hl7.org/fhir/R4/http.html#3.1.0.7.1 */
import { stringAt } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { StoreTransaction } from '../model/ports.ts'
import { findCondition, findOne, type Condition } from './conditions.ts'
import type { Ask, Planned } from './planned.ts'
import { same } from './resolve.ts'
import { requireId } from './resource-body.ts'

/** Each planned write with its final key; undefined for a delete that finds nothing. Throws multiple-matches (412), id-mismatch, and bad-request for one resource twice. */
export const findTargets = async (tx: StoreTransaction, plan: readonly Planned[], ask: Ask, allowed: boolean): Promise<ReadonlyMap<Planned, Planned | undefined>> => {
  const aimed = new Map<Planned, Planned | undefined>(plan.map((item) => [item, item]))
  const conditional = plan.flatMap((item) => (item.target === undefined ? [] : [{ item, target: item.target }]))
  const [first] = conditional
  if (first !== undefined) {
    if (!allowed) throw outcome('forbidden', { expression: first.target.path, diagnostics: 'Conditional updates and deletes are for system clients.' })
    ask([...new Set(conditional.map(({ target }) => target.type))].map((type) => ({ interaction: 'search-type' as const, type })))
    for (const { item, target } of conditional) aimed.set(item, item.kind === 'delete' ? await aimDelete(tx, item, target) : await aimUpdate(tx, item, target))
  }
  requireDistinct([...aimed.values()])
  return aimed
}

/** The same resource twice in one transaction has no defined meaning. */
const requireDistinct = (plan: readonly (Planned | undefined)[]): void => {
  const keys = new Set<string>()
  for (const item of plan) {
    if (item === undefined) continue
    const name = same(item.key)
    if (keys.has(name)) throw outcome('bad-request', { expression: item.path, diagnostics: 'The resource occurs twice in the transaction.' })
    keys.add(name)
  }
}

const aimDelete = async (tx: StoreTransaction, item: Planned, target: Condition): Promise<Planned | undefined> => {
  const stored = await findOne(tx, target)
  return stored === undefined ? undefined : { ...item, key: { type: stored.type, id: stored.id } }
}

/** One match: its update. None: a create, under the id of the body when it has one. */
const aimUpdate = async (tx: StoreTransaction, item: Planned, target: Condition): Promise<Planned> => {
  const given = item.resource?.has('id') === true ? requireId(stringAt(item.resource, 'id'), `${item.path}.id`) : undefined
  const key = given === undefined ? item.key : { type: target.type, id: given }
  const stored = await findCondition(tx, target, key)
  if (stored !== undefined) {
    if (given !== undefined && given !== stored.id) throw outcome('id-mismatch', { expression: `${item.path}.id`, diagnostics: 'The condition finds a resource with another id.' })
    return { ...item, key: { type: stored.type, id: stored.id } }
  }
  const { expected, ...rest } = item
  if (expected !== undefined && expected !== 'none') throw outcome('version-conflict', { expression: item.path, diagnostics: 'If-Match, and the condition finds nothing.' })
  return given === undefined ? { ...rest, kind: 'create', key } : { ...rest, key, expected: 'none' }
}

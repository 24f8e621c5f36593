/**
 * What a laboratory or imaging has in its hands: its values, and the orders it has taken in. Persons change these by the bench's and the
 * visit's own ways, which know of second looks, calls and turns, and not past them by FHIR, in whatever form: as a write of its own, a patch, a label, an entry of a Bundle.
 */
import { arrayAt, parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Head, StoreTransaction } from '../model/ports.ts'
import type { ResourceKey } from '../model/resource.ts'
import type { Planned } from './planned.ts'
import { same, type Resolution } from './resolve.ts'

type Item = Pick<Planned, 'kind' | 'key' | 'path'>

const OF_A_BENCH: ReadonlySet<string | undefined> = new Set(['laboratory', 'imaging'])

const isOfBench = (observation: JsonObject | undefined): boolean =>
  arrayAt(observation, 'category').flatMap((category) => arrayAt(category, 'coding')).some((coding) => OF_A_BENCH.has(stringAt(coding, 'code')))

/** What of this type has a current version that this would change or take off. */
const standing = (writing: readonly Item[], heads: ReadonlyMap<string, Head>, type: string): { readonly item: Item; readonly head: Head }[] => writing.flatMap((item) => {
  const head = item.key.type === type && item.kind !== 'create' ? heads.get(same(item.key)) : undefined
  return head === undefined || head.deleted ? [] : [{ item, head }]
})

/** Whether the plan may have to wait for a bench: then it shares its transaction with nobody. */
export const touchesBench = (plan: readonly Pick<Planned, 'kind' | 'key'>[]): boolean => plan.some(({ kind, key }) => kind !== 'create' && key.type === 'ServiceRequest')

const readBody = async (tx: Pick<StoreTransaction, 'read'>, key: ResourceKey): Promise<JsonObject | undefined> => {
  const stored = await tx.read(key)
  return stored === undefined || stored.deleted ? undefined : parseJsonObject(stored.body)
}

/** Throws forbidden for what is the bench's, as it would be or as it is, and order-under-way for an order that it holds. `isUnderWay`: what a report says of its order (laboratory/read-result.ts). */
export const requireNoBenchWork = async (
  tx: Pick<StoreTransaction, 'read' | 'nextNumber'>, writing: readonly Item[], resolution: Pick<Resolution, 'bodies'>, heads: ReadonlyMap<string, Head>, isUnderWay: (report: JsonObject) => boolean,
): Promise<void> => {
  const stored = new Map(await Promise.all(standing(writing, heads, 'Observation').map(async ({ item }) => [item, await readBody(tx, item.key)] as const)))
  for (const item of writing) {
    const comes = item.key.type === 'Observation' && item.kind !== 'delete' ? resolution.bodies.get(same(item.key)) : undefined
    if (isOfBench(comes) || isOfBench(stored.get(item))) throw outcome('forbidden', { expression: `${item.path}.category`, diagnostics: 'Results of laboratory and imaging are entered and taken back at their work list.' })
  }
  const orders = standing(writing, heads, 'ServiceRequest')
  // the same turn as http/orders-under-way.ts: an order is not taken in while it is taken off
  for (const patient of [...new Set(orders.flatMap(({ head }) => head.patient ?? []))].toSorted()) await tx.nextNumber(`orders/${patient}`)
  for (const { item } of orders) {
    const report = await readBody(tx, { type: 'DiagnosticReport', id: item.key.id })
    if (report !== undefined && isUnderWay(report)) throw outcome('order-under-way', { expression: item.path })
  }
}

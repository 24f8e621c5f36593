/** An order that laboratory or imaging has taken in is theirs too, and one that is done was done: neither the sheet nor a correction changes it or takes it off, or a result would come back to nothing. */
import { isUnderWay } from '../laboratory/read-result.ts'
import { parseJsonObject, type JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { isDone } from '../model/procedure-state.ts'
import type { Caller, ResourceStore, StoreTransaction, Write } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import { sameContent } from '../visit/content.ts'
import type { StoredResource } from '../visit/settle-changes.ts'
import { readMany } from './work-orders.ts'

/** Ids of the stored orders that these writes change or take off. `stored`: the visit as it is. */
export const touchedOrders = (writes: readonly Write[], stored: readonly StoredResource[]): string[] => {
  const before = new Map(stored.filter(({ key }) => key.type === 'ServiceRequest').map((item) => [item.key.id, item.resource]))
  return writes.flatMap((write) => {
    const was = write.key.type === 'ServiceRequest' ? before.get(write.key.id) : undefined
    return was !== undefined && (write.op === 'delete' || (write.op === 'update' && !sameContent(was, write.resource))) ? [write.key.id] : []
  })
}

const requireFree = (id: string, report: StoredVersion | undefined, procedure: StoredVersion | undefined): void => {
  const body = (stored: StoredVersion | undefined): JsonObject | undefined => (stored === undefined || stored.deleted ? undefined : parseJsonObject(stored.body))
  if (isUnderWay(body(report)) || isDone(body(procedure))) throw outcome('order-under-way', { expression: `ServiceRequest/${id}` })
}

/** Throws order-under-way with the place. */
export const requireOrdersFree = async (deps: { readonly store: ResourceStore }, caller: Caller, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  const [reports, procedures] = await Promise.all([readMany(deps, caller, 'DiagnosticReport', ids), readMany(deps, caller, 'Procedure', ids)])
  for (const id of ids) requireFree(id, reports.get(id), procedures.get(id))
}

type Turn = Pick<StoreTransaction, 'heads' | 'nextNumber' | 'read'>

/** Taking orders of a patient in and taking them off wait for each other until the end of the transaction; each then sees what the other did. */
const takeTurn = (tx: Turn, patient: string): Promise<number> => tx.nextNumber(`orders/${patient}`)

/** Asked again where it is written: throws order-under-way when the order was taken in or done meanwhile. */
export const requireOrdersStillFree = async (tx: Turn, patient: string, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  await takeTurn(tx, patient)
  for (const id of ids) requireFree(id, await tx.read({ type: 'DiagnosticReport', id }), await tx.read({ type: 'Procedure', id }))
}

/** Throws version-conflict when an order was changed or taken off since it was read. */
export const requireOrdersStand = async (tx: Turn, patient: string, orders: readonly { readonly id: string; readonly version: number }[]): Promise<void> => {
  await takeTurn(tx, patient)
  const heads = new Map((await tx.heads(orders.map(({ id }) => ({ type: 'ServiceRequest', id })))).map((head) => [head.id, head]))
  const gone = orders.find(({ id, version }) => heads.get(id)?.version !== version)
  if (gone !== undefined) throw outcome('version-conflict', { expression: `ServiceRequest/${gone.id}`, expected: gone.version, found: heads.get(gone.id)?.version })
}

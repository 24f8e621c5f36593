/** An order that laboratory or imaging has taken in is theirs too: the sheet neither changes it nor takes it off, or a result would come back to nothing. */
import { outcome } from '../model/outcome.ts'
import type { Caller, ResourceStore, Write } from '../model/ports.ts'
import { sameContent } from '../visit/content.ts'
import type { StoredResource } from '../visit/settle-changes.ts'
import { readMany } from './work-orders.ts'

/** Throws order-under-way with the place. `stored`: the visit as it is. */
export const requireOrdersFree = async (deps: { readonly store: ResourceStore }, caller: Caller, writes: readonly Write[], stored: readonly StoredResource[]): Promise<void> => {
  const before = new Map(stored.filter(({ key }) => key.type === 'ServiceRequest').map((item) => [item.key.id, item.resource]))
  const ids = writes.flatMap((write) => {
    const was = write.key.type === 'ServiceRequest' ? before.get(write.key.id) : undefined
    return was !== undefined && (write.op === 'delete' || (write.op === 'update' && !sameContent(was, write.resource))) ? [write.key.id] : []
  })
  if (ids.length === 0) return
  const [taken] = await readMany(deps, caller, 'DiagnosticReport', ids)
  if (taken !== undefined) throw outcome('order-under-way', { expression: `ServiceRequest/${taken[0]}` })
}

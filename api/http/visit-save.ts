/** Filing a visit without signing it: what the doctor has so far, or the nurse's measurements. Versions are honoured; what did not change keeps its author and time. */
import { parseJsonObject, stringAt, type JsonObject, type JsonValue } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, IdSource, ResourceStore } from '../model/ports.ts'
import type { Checks } from '../fhir/checks.ts'
import { mayAct } from '../security/policy.ts'
import { readVisitBundle, type VisitChange } from '../visit/read-visit-bundle.ts'
import { isNursing, requireVisit } from '../visit/require-visit.ts'
import { keyOf, settleChanges, type StoredResource } from '../visit/settle-changes.ts'
import { toCheck } from '../visit/visit-profiles.ts'
import { requireOrdersFree, requireOrdersStillFree, touchedOrders } from './orders-under-way.ts'
import type { OpenVisit } from './visit-access.ts'
import { readVisitResources } from './visit-sheet.ts'

export interface SaveDeps {
  readonly store: ResourceStore
  readonly checks: Checks
  readonly ids: IdSource
}

/** What was stored: one row for each resource that is new, changed or removed. */
export interface SaveResult {
  readonly encounter: string
  readonly resources: readonly { readonly type: string; readonly id: string; readonly version: number }[]
}

/** Somebody who may only measure sends the whole sheet too; what is not theirs must say what is stored. */
const requireOwn = (caller: Caller, visit: OpenVisit, changes: readonly VisitChange[], stored: readonly StoredResource[], touched: readonly string[]): void => {
  if (mayAct(caller.actor, 'visit.write', visit.department)) return
  const before = (change: VisitChange): JsonObject | undefined => stored.find(({ key }) => key.type === change.key.type && key.id === change.key.id)?.resource
  const foreign = changes.find((change) => !isNursing(change, before(change)) && (change.resource === undefined || touched.includes(`${change.key.type}/${change.key.id}`)))
  if (foreign !== undefined) throw outcome('forbidden', { expression: foreign.path, diagnostics: 'Only measurements and allergies may be filed by this person.' })
}

/** POST /api/visits/:encounter/save. Throws visit-closed, version-conflict, invalid-resource. */
export const saveVisit = async (deps: SaveDeps, caller: Caller, visit: OpenVisit, bundle: JsonValue): Promise<SaveResult> => {
  if (['finished', 'cancelled', 'entered-in-error'].includes(stringAt(visit.encounter, 'status') ?? '')) throw outcome('visit-closed')
  const changes = requireVisit(readVisitBundle(bundle, () => deps.ids.uuid()), visit.encounter, { patient: visit.patient, encounter: visit.stored.id })
  const stored = [visit.stored, ...await readVisitResources(deps, caller, visit)]
    .map((item) => ({ key: { type: item.type, id: item.id }, version: item.version, resource: parseJsonObject(item.body) }))
  const settled = settleChanges(changes, stored, 'open', () => deps.ids.uuid())
  const orders = touchedOrders(settled.writes, stored)
  await requireOrdersFree(deps, caller, orders)
  requireOwn(caller, visit, changes, stored, [...settled.touched].map((resource) => `${keyOf(resource).type}/${keyOf(resource).id}`))
  await deps.checks.require([...settled.touched].map(toCheck))
  const written = settled.writes.length === 0 ? [] : await deps.store.transact(caller, async (tx) => { await requireOrdersStillFree(tx, visit.patient, orders); return tx.write(settled.writes) })
  return { encounter: visit.stored.id, resources: written.map(({ type, id, version }) => ({ type, id, version })) }
}

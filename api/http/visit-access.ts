/** Opening a visit for a person: the Encounter is read, and the policy asked about its patient and its department, before anything else is. */
import { outcome } from '../model/outcome.ts'
import { parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import type { Person } from '../model/actor.ts'
import type { AuditLog, Caller, ResourceStore } from '../model/ports.ts'
import { ID_PATTERN, type StoredVersion } from '../model/resource.ts'
import type { Gate } from '../fhir/gate.ts'
import { mayAct, type Action } from '../security/policy.ts'
import { idOfReference } from './registration-encounter.ts'

export interface VisitAccessDeps {
  readonly store: ResourceStore
  readonly gate: Gate
  readonly audit: AuditLog
}

export interface OpenVisit {
  readonly stored: StoredVersion
  readonly encounter: JsonObject
  readonly patient: string
  /** FHIR id of the department's Organization. */
  readonly department: string
}

/** The product's own eyes: used to find out what to ask the policy about, and for administrative data on forms. */
export const ownCaller = (caller: Caller): Caller => ({ ...caller, visibility: { kind: 'all' } })

export const requirePerson = (caller: Caller): Person => {
  if (caller.actor.kind !== 'person') throw outcome('forbidden')
  return caller.actor
}

/** Throws not-found, and after an audit row forbidden or break-glass-needed. */
export const openVisit = async (deps: VisitAccessDeps, caller: Caller, id: string): Promise<OpenVisit> => {
  const stored = ID_PATTERN.test(id) ? await deps.store.read(ownCaller(caller), { type: 'Encounter', id }) : undefined
  const patient = stored?.patient
  if (stored === undefined || stored.deleted || patient === undefined || patient === '') {
    await deps.audit.record(caller, { action: 'R', interaction: 'read', type: 'Encounter', id: id.slice(0, 64), outcome: 'failed', detail: 'not-found' })
    throw outcome('not-found')
  }
  await deps.gate.require(caller, [{ interaction: 'read', type: 'Encounter', id, patient }, { interaction: 'search-type', type: 'Condition', patient }])
  const encounter = parseJsonObject(stored.body)
  return { stored, encounter, patient, department: idOfReference(stringAt(encounter, 'serviceProvider', 'reference'), 'Organization') ?? '' }
}

/** Throws forbidden, after an audit row, unless the person may do this in the department of the visit. */
export const requireAction = async (deps: VisitAccessDeps, caller: Caller, visit: OpenVisit, ...actions: Action[]): Promise<void> => {
  if (actions.some((action) => mayAct(caller.actor, action, visit.department))) return
  await deps.audit.record(caller, { action: 'U', interaction: actions[0] ?? '', type: 'Encounter', id: visit.stored.id, patient: visit.patient, outcome: 'refused', detail: 'forbidden' })
  throw outcome('forbidden', { diagnostics: 'Only staff of the department of the visit may do this.' })
}

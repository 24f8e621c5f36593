/**
 * The orders of a laboratory or imaging department as their work list shows them. Who works there sees nothing of a record by FHIR: these routes read with the product's own eyes, and answer of a patient
 * what the work needs.
 */
import type { Condition, Encounter, Organization, Patient, Practitioner, ServiceRequest } from '@medplum/fhirtypes'
import { imagingAccession } from '../laboratory/imaging-accession.ts'
import { accessionOf, isReturned, isUnderWay, stateOf } from '../laboratory/read-result.ts'
import { arrayAt, parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { materialOf } from '../model/materials.ts'
import { isUrgent } from '../model/priority.ts'
import { displayName } from '../model/person-facts.ts'
import type { AuditLog, Caller, ResourceStore } from '../model/ports.ts'
import { ID_PATTERN, toTyped, type StoredVersion } from '../model/resource.ts'
import type { WorkKind, WorkRow } from '../model/results.ts'
import { CODE_SYSTEM, SID } from '../model/systems.ts'
import { mayAct, rolesFor } from '../security/policy.ts'
import { requireParam } from './input.ts'
import { idOfReference } from './registration-encounter.ts'
import type { GuardedRequest } from './route.ts'
import { ownCaller } from './visit-access.ts'

export interface WorkDeps { readonly store: ResourceStore; readonly audit: AuditLog }

export const WORK_ROLES = rolesFor('work.laboratory', 'work.imaging')

/** Throws not-found for another kind, and forbidden, after an audit row, for who works elsewhere. */
export const requireKind = async (deps: WorkDeps, request: GuardedRequest): Promise<WorkKind> => {
  const kind = requireParam(request, 'kind')
  if (kind !== 'lab' && kind !== 'imaging') throw outcome('not-found')
  if (mayAct(request.caller.actor, kind === 'lab' ? 'work.laboratory' : 'work.imaging')) return kind
  await deps.audit.record(request.caller, { action: 'R', interaction: 'work-list', detail: kind, outcome: 'refused' })
  throw outcome('forbidden')
}

export type Pairs = readonly (readonly [string, string])[]
export const searchOwn = async (deps: Pick<WorkDeps, 'store'>, caller: Caller, type: string, parameters: Pairs, count = 1000): Promise<{ readonly matches: readonly StoredVersion[]; readonly included: readonly StoredVersion[]; readonly more: boolean; readonly next?: string }> => {
  const { matches, included, next } = await deps.store.search(ownCaller(caller), { type, parameters: [...parameters, ['_count', String(count)]], strict: true })
  return { matches, included, more: next !== undefined, ...(next !== undefined && { next }) }
}
/** Current resources of these ids, by id. */
export const readMany = async (deps: Pick<WorkDeps, 'store'>, caller: Caller, type: string, ids: readonly string[]): Promise<ReadonlyMap<string, StoredVersion>> => {
  const unique = [...new Set(ids.filter((id) => ID_PATTERN.test(id)))]
  const pages = await Promise.all(Array.from({ length: Math.ceil(unique.length / 500) }, (_, at) => searchOwn(deps, caller, type, [['_id', unique.slice(at * 500, at * 500 + 500).join(',')]])))
  return new Map(pages.flatMap(({ matches }) => matches).map((stored) => [stored.id, stored]))
}

/** A report names what it refers to, and somebody else may have written it: what stands in another record is not of it, and is neither shown nor changed with it. */
export const ofPatient = (found: ReadonlyMap<string, StoredVersion>, patient: string): StoredVersion[] => [...found.values()].filter((stored) => stored.patient === patient)

export const categoryOf = (order: JsonObject): WorkKind | undefined => {
  const code = arrayAt(order, 'category').flatMap((category) => arrayAt(category, 'coding')).map((coding) => (stringAt(coding, 'system') === CODE_SYSTEM.orderCategory ? stringAt(coding, 'code') : undefined)).find(Boolean)
  return code === 'lab' || code === 'imaging' ? code : undefined
}

const indicationOf = (encounter: Encounter | undefined, conditions: ReadonlyMap<string, StoredVersion>): string => {
  const main = conditions.get(mainDiagnosis(encounter))
  return (main && toTyped<Condition>(main).code?.text) ?? encounter?.reasonCode?.[0]?.text ?? ''
}
const mainDiagnosis = (encounter: Encounter | undefined): string =>
  idOfReference(encounter?.diagnosis?.toSorted((a, b) => (a.rank ?? 99) - (b.rank ?? 99))[0]?.condition.reference, 'Condition') ?? ''

const idIn = (reference: { readonly reference?: string } | undefined, type: string): string => idOfReference(reference?.reference, type) ?? ''
const typed = <T extends Encounter | Organization | Patient | Practitioner>(found: ReadonlyMap<string, StoredVersion>, id: string): T | undefined => {
  const stored = found.get(id)
  return stored && toTyped<T>(stored)
}

/** Rows in the order of the orders given; orders whose patient is gone are left out. What a patient is ill with is said of an order that somebody opens, not of a whole list. */
export const toRows = async (deps: Pick<WorkDeps, 'store'>, caller: Caller, orders: readonly StoredVersion[], extent?: 'with indication'): Promise<WorkRow[]> => {
  const requests = orders.map((stored) => toTyped<ServiceRequest>(stored))
  const [patients, encounters, doctors, reports] = await Promise.all([
    readMany(deps, caller, 'Patient', requests.map(({ subject }) => idIn(subject, 'Patient'))), readMany(deps, caller, 'Encounter', requests.map(({ encounter }) => idIn(encounter, 'Encounter'))),
    readMany(deps, caller, 'Practitioner', requests.map(({ requester }) => idIn(requester, 'Practitioner'))), readMany(deps, caller, 'DiagnosticReport', orders.map(({ id }) => id)),
  ])
  const visits = [...encounters.values()].map((stored) => toTyped<Encounter>(stored))
  const [departments, conditions] = await Promise.all([
    readMany(deps, caller, 'Organization', visits.map(({ serviceProvider }) => idIn(serviceProvider, 'Organization'))), extent === undefined ? new Map<string, StoredVersion>() : readMany(deps, caller, 'Condition', visits.map(mainDiagnosis)),
  ])
  return requests.flatMap((request, at): WorkRow[] => {
    const patient = typed<Patient>(patients, idIn(request.subject, 'Patient'))
    const order = orders[at]
    if (patient === undefined || order === undefined) return []
    const encounter = typed<Encounter>(encounters, idIn(request.encounter, 'Encounter'))
    const doctor = typed<Practitioner>(doctors, idIn(request.requester, 'Practitioner'))
    const stored = reports.get(order.id)
    const report = stored === undefined || stored.deleted ? undefined : parseJsonObject(stored.body)
    const kind = categoryOf(parseJsonObject(order.body))
    // what was given back has no specimen any more
    const held = isUnderWay(report) ? report : undefined
    const accession = (held && accessionOf(held)) ?? (kind === 'imaging' ? imagingAccession(order.id) : undefined)
    const specimen = held && stringAt(held, 'specimen', 0, 'reference')?.split('/')[1]
    return [{
      order: order.id, encounter: idIn(request.encounter, 'Encounter'), ...(kind === 'lab' && { material: materialOf(request.code?.coding?.[0]?.code ?? '') }), ...(isReturned(report) && { returned: stringAt(report, 'conclusion') ?? '' }),
      patient: patient.id ?? '', number: patient.identifier?.find(({ system }) => system === SID.patient)?.value ?? '', name: displayName(patient),
      ...(patient.birthDate !== undefined && { birthDate: patient.birthDate }), ...(patient.gender !== undefined && { gender: patient.gender }),
      code: request.code?.coding?.[0]?.code ?? '', test: request.code?.text ?? request.code?.coding?.[0]?.display ?? '', urgent: isUrgent(request.priority),
      ordered: request.authoredOn ?? order.lastUpdated, department: typed<Organization>(departments, idIn(encounter?.serviceProvider, 'Organization'))?.name ?? encounter?.serviceProvider?.display ?? '',
      doctor: doctor?.name?.[0]?.text ?? request.requester?.display ?? '', signed: encounter?.status === 'finished', state: stateOf(report), version: report === undefined ? 0 : stored?.version ?? 0, amended: report !== undefined && stringAt(report, 'status') === 'amended',
      ...(accession !== undefined && { accession }), ...(specimen !== undefined && { specimen }), ...(extent !== undefined && { indication: indicationOf(encounter, conditions) }),
    }]
  })
}

/** Department of the visit that ordered it. */
export const departmentOf = async (deps: Pick<WorkDeps, 'store'>, caller: Caller, order: JsonObject): Promise<string> => {
  const encounter = await deps.store.read(ownCaller(caller), { type: 'Encounter', id: idOfReference(stringAt(order, 'encounter', 'reference'), 'Encounter') ?? '' })
  return encounter === undefined ? '' : idOfReference(stringAt(parseJsonObject(encounter.body), 'serviceProvider', 'reference'), 'Organization') ?? ''
}

/** An order of this kind that stands; throws not-found after an audit row. */
export const requireOrder = async (deps: WorkDeps, caller: Caller, kind: WorkKind, id: string): Promise<{ readonly stored: StoredVersion; readonly order: JsonObject; readonly patient: string }> => {
  const stored = ID_PATTERN.test(id) ? await deps.store.read(ownCaller(caller), { type: 'ServiceRequest', id }) : undefined
  const order = stored === undefined || stored.deleted ? undefined : parseJsonObject(stored.body)
  if (stored?.patient === undefined || order === undefined || categoryOf(order) !== kind || !['active', 'completed'].includes(stringAt(order, 'status') ?? '')) {
    await deps.audit.record(caller, { action: 'R', interaction: 'work-order', type: 'ServiceRequest', id: id.slice(0, 64), outcome: 'failed', detail: 'not-found' })
    throw outcome('not-found')
  }
  return { stored, order, patient: stored.patient }
}

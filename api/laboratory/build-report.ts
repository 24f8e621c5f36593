/**
 * What laboratory and imaging store, as FHIR R4. A report has the id of its order: there is one for each, whoever takes the order in first. The order itself is the doctor's, perhaps signed, and never
 * changes: how far it has come is the status of its report (http://hl7.org/fhir/R4/valueset-diagnostic-report-status.html). Measured values name no visit of their own, their order does: the sheet of a
 * visit holds what its doctor writes. Pure.
 */
import { objectFromPlain, stringAt, valueAt, type JsonObject } from '../model/json.ts'
import type { WorkKind } from '../model/results.ts'
import { MATERIAL, type Material } from '../model/materials.ts'
import { CODE_SYSTEM, SID } from '../model/systems.ts'

export interface Maker { readonly practitioner: string | null; readonly name: string }

export const actorOf = ({ practitioner, name }: Maker): object => ({ ...(practitioner !== null && { reference: `Practitioner/${practitioner}` }), display: name })
export const subjectOf = (order: JsonObject): object => ({ reference: stringAt(order, 'subject', 'reference') })

const typeOf = (material: Material): object => {
  const { type, vi } = MATERIAL[material]
  return { ...(type !== undefined && { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0487', code: type }] }), text: vi }
}

export const buildSpecimen = (id: string, accession: string, material: Material, orders: readonly JsonObject[], by: Maker, at: { readonly collected: string; readonly received: string }): JsonObject => objectFromPlain({
  resourceType: 'Specimen', id, identifier: [{ system: SID.accession, value: accession }], accessionIdentifier: { system: SID.accession, value: accession }, status: 'available', type: typeOf(material),
  subject: orders[0] === undefined ? undefined : subjectOf(orders[0]), receivedTime: at.received, request: orders.map((order) => ({ reference: `ServiceRequest/${stringAt(order, 'id') ?? ''}` })),
  collection: { collector: actorOf(by), collectedDateTime: at.collected },
})

/** As it is when the order is taken in: registered, nothing measured yet. */
export const buildRegistered = (order: JsonObject, kind: WorkKind, by: Maker, at: string, accession: string, specimen?: string): JsonObject => objectFromPlain({
  resourceType: 'DiagnosticReport', id: stringAt(order, 'id'), identifier: [{ system: SID.accession, value: accession }],
  basedOn: [{ reference: `ServiceRequest/${stringAt(order, 'id') ?? ''}` }], status: 'registered',
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: kind === 'lab' ? 'LAB' : 'RAD' }] }],
  code: valueAt(order, 'code'), subject: subjectOf(order), encounter: valueAt(order, 'encounter'), effectiveDateTime: at, performer: [actorOf(by)],
  ...(specimen !== undefined && { specimen: [{ reference: `Specimen/${specimen}` }] }),
})

export interface Release {
  readonly status: 'preliminary' | 'final' | 'amended'
  readonly observations: readonly string[]
  readonly conclusion: string
  readonly by: Maker
  readonly at: string
}

export const fillReport = (report: JsonObject, { status, observations, conclusion, by, at }: Release): JsonObject => {
  const filled = report.set('status', status)
  const results = observations.length === 0 ? filled.delete('result') : filled.set('result', objectFromPlain({ list: observations.map((id) => ({ reference: `Observation/${id}` })) }).get('list') ?? [])
  const said = conclusion === '' ? results.delete('conclusion') : results.set('conclusion', conclusion)
  return status === 'preliminary' ? said : said.set('issued', at).set('resultsInterpreter', [objectFromPlain(actorOf(by))])
}

/** What the doctor owes a released result: to look at it. Its group is the department, whose head may look too. */
export const buildTask = (id: string, order: JsonObject, department: string, severity: string, at: string): JsonObject => objectFromPlain({
  resourceType: 'Task', id, groupIdentifier: { system: SID.department, value: department }, basedOn: [{ reference: `ServiceRequest/${stringAt(order, 'id') ?? ''}` }],
  status: 'requested', businessStatus: { coding: [{ system: CODE_SYSTEM.severity, code: severity }] }, intent: 'order', priority: severity === 'critical' ? 'stat' : severity === 'abnormal' ? 'urgent' : 'routine',
  code: { coding: [{ system: CODE_SYSTEM.task, code: 'acknowledge-result' }], text: 'Xem kết quả' }, focus: { reference: `DiagnosticReport/${stringAt(order, 'id') ?? ''}` },
  for: subjectOf(order), encounter: valueAt(order, 'encounter'), authoredOn: at, lastModified: at, owner: valueAt(order, 'requester'),
})

export const acknowledgeTask = (task: JsonObject, by: Maker, at: string): JsonObject =>
  task.set('status', 'completed').set('lastModified', at).set('executionPeriod', objectFromPlain({ end: at }))
    .set('output', [objectFromPlain({ type: { coding: [{ system: CODE_SYSTEM.task, code: 'acknowledged-by' }], text: 'Người xem' }, valueReference: actorOf(by) })])

/** An audit row as AuditEvent (http://hl7.org/fhir/R4/auditevent.html, patterns of IHE BALP): rendered when read, never stored as a resource. */
import type { StoredAuditRow } from '../model/ports.ts'
import { OUTCOME_CODES } from './audit-search.ts'

const ACTION_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-event-type'
const RESTFUL = 'http://hl7.org/fhir/restful-interaction'
const REST_CODES: ReadonlySet<string> = new Set(['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'history-type', 'history-system', 'create', 'search-type', 'search-system', 'capabilities', 'transaction', 'batch', 'operation'])

/** The patient first, then what was touched; an entity is a reference of the same tenant. */
const entitiesOf = (row: StoredAuditRow, target: string | undefined): Record<string, unknown>[] => {
  const patient = row.patient === undefined || row.patient === '' ? [] : [{
    what: { reference: `Patient/${row.patient}` },
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '1', display: 'Person' },
    role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1', display: 'Patient' },
  }]
  const what = row.type === undefined || row.type === '*' || row.type === 'Patient' || target === undefined ? [] : [{
    what: { reference: `${row.type}/${target}${row.version === undefined ? '' : `/_history/${row.version}`}` },
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '2', display: 'System Object' },
    role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '4', display: 'Domain Resource' },
  }]
  return [...patient, ...what]
}

/** JSON text of the AuditEvent. `source`: name of this site. */
export const renderAuditEvent = (row: StoredAuditRow, source: string): string => {
  const entity = entitiesOf(row, row.resourceId)
  return JSON.stringify({
    resourceType: 'AuditEvent',
    id: row.id,
    meta: { versionId: '1', lastUpdated: row.at },
    type: REST_CODES.has(row.interaction)
      ? { system: ACTION_TYPE, code: 'rest', display: 'RESTful Operation' }
      : { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110100', display: 'Application Activity' },
    subtype: [{ system: REST_CODES.has(row.interaction) ? RESTFUL : 'https://quany.example/fhir/CodeSystem/audit-interaction', code: row.interaction }],
    action: row.action,
    recorded: row.at,
    outcome: OUTCOME_CODES[row.outcome],
    ...(row.detail === undefined || row.detail === '' ? {} : { outcomeDesc: row.detail }),
    purposeOfEvent: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: row.purpose }] }],
    agent: [{
      who: { ...(row.account === undefined ? {} : { identifier: { value: row.account } }), display: row.who },
      ...(row.account !== undefined && { altId: row.account }),
      requestor: true,
      ...(row.address === undefined ? {} : { network: { address: row.address, type: '2' } }),
    }],
    source: { observer: { display: source } },
    ...(entity.length === 0 ? {} : { entity }),
  })
}

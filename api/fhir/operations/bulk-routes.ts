/** The addresses of bulk data (https://hl7.org/fhir/uv/bulkdata/STU2/export.html), at hospitals only: nobody takes records out of the data center this way. */
import { JSON_TYPES, XML_TYPES, type GuardedRequest, type Method, type OperationClaim, type Reply, type Route } from '../../http/route.ts'
import { withoutProvenance } from '../provenance-header.ts'
import { exportCancel, exportFile, exportStatus } from './export-status.ts'
import { importCancel, importErrors, importOperation, importStatus, type ImportDeps } from './import.ts'
import { exportGroupOperation, exportPatientsOperation, exportSystemOperation } from './export.ts'

export type BulkRouteDeps = ImportDeps

/** Of the server as a whole, and of no type. */
const SYSTEM = { type: '', right: 'read', whole: ['hospital'] } as const

/** As the route table calls what is no interaction. */
const OPERATION = 'operation'
/** No guide for R4 defines it. */
const IMPORT = 'urn:quan-y-emr:operation:import'
const BULK = 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition'

export const bulkRoutes = (deps: BulkRouteDeps, base: string): Route[] => {
  const row = (method: Method, path: string, handler: (request: GuardedRequest) => Promise<Reply>, operation?: OperationClaim): Route =>
    ({ method, url: `${base}${path}`, site: 'hospital', access: 'system', interaction: OPERATION, takes: [...JSON_TYPES, ...XML_TYPES], handler: method === 'GET' ? handler : withoutProvenance(handler), ...(operation && { operation }) })
  const both = (path: string, handler: (request: GuardedRequest) => Promise<Reply>, operation: OperationClaim): Route[] => [row('GET', path, handler, operation), row('POST', path, handler, operation)]
  return [
    ...both('/$export', exportSystemOperation(deps), { ...SYSTEM, name: 'export', definition: `${BULK}/export` }),
    ...both('/Patient/$export', exportPatientsOperation(deps), { type: 'Patient', right: 'read', name: 'export', definition: `${BULK}/patient-export` }),
    ...both('/Group/:id/$export', exportGroupOperation(deps), { type: 'Group', right: 'read', name: 'export', definition: `${BULK}/group-export` }),
    row('GET', '/$export/:job', exportStatus(deps)),
    row('DELETE', '/$export/:job', exportCancel(deps)),
    // as long as the client takes to read it: no place in the queue of those who wait for an answer
    { ...row('GET', '/$export/:job/:file', exportFile(deps)), queued: false },
    // as long as its body comes
    { ...row('POST', '/$import', importOperation(deps), { ...SYSTEM, name: 'import', definition: IMPORT }), takes: ['application/fhir+ndjson', 'application/ndjson'], queued: false, streams: true },
    row('GET', '/$import/:job', importStatus(deps)),
    row('DELETE', '/$import/:job', importCancel(deps)),
    { ...row('GET', '/$import/:job/errors', importErrors(deps)), queued: false },
  ]
}

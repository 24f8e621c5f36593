/** Signed documents: the list with a verdict from the stored bytes, the stored PDF byte for byte, and print copies, which are never signed and never stored. */
import { outcome } from '../model/outcome.ts'
import type { AuditLog, AuditRow, Caller, Clock, Printer, StoredDocument } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import type { Gate } from '../fhir/gate.ts'
import { rolesFor } from '../security/policy.ts'
import { judge, toDocumentRow, type DocumentRowDeps } from './document-rows.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { queryValue, requireParam } from './input.ts'
import { bytes, json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { requirePerson } from './visit-access.ts'

export interface DocumentDeps extends DocumentRowDeps {
  readonly gate: Gate
  readonly audit: AuditLog
  readonly printer: Pick<Printer, 'printCopy'>
  readonly hospital: Pick<HospitalInfo, 'profile'>
  readonly clock: Clock
  readonly publicUrl: string
}

/** Most documents of one patient in a list, the newest; each is verified for the answer. */
const LISTED = 60

/** GET /api/documents?encounter=|patient= ; GET /api/documents/:id/pdf ; POST /api/documents/:id/print-copies */
export const documentRoutes = (deps: DocumentDeps): Route[] => {
  const allow = (caller: Caller, patient: string): Promise<void> => deps.gate.require(caller, [{ interaction: 'search-type', type: 'Composition', patient }])
  const record = (caller: Caller, document: StoredDocument, row: Pick<AuditRow, 'action' | 'interaction'>): Promise<void> =>
    deps.audit.record(caller, { ...row, type: 'Bundle', id: document.bundleId, version: 1, patient: document.patient, outcome: 'success', detail: `${document.form} ${document.code}` })

  const list = async (request: GuardedRequest): Promise<Reply> => {
    const [encounter, patient] = [queryValue(request, 'encounter'), queryValue(request, 'patient')]
    const given = encounter ?? patient
    if (given === undefined || !ID_PATTERN.test(given) || (encounter !== undefined && patient !== undefined)) throw outcome('bad-parameter', { diagnostics: 'Give encounter or patient.' })
    const found = await deps.documents.find({ ...(encounter === undefined ? { patient: given } : { encounter: given }), count: LISTED })
    for (const owner of new Set(encounter === undefined ? [given] : found.map((document) => document.patient))) await allow(request.caller, owner)
    const owner = patient ?? found[0]?.patient
    await deps.audit.record(request.caller, {
      action: 'E', interaction: 'documents', outcome: 'success', detail: `${encounter === undefined ? 'patient' : `encounter ${encounter}`} -> ${found.length}`, ...(owner !== undefined && { patient: owner }),
    })
    return json(200, await Promise.all(found.map((document) => toDocumentRow(deps, document))))
  }

  const requireDocument = async (request: GuardedRequest): Promise<StoredDocument> => {
    const document = await deps.documents.get(requireParam(request, 'id'))
    if (document === undefined) throw outcome('not-found')
    await allow(request.caller, document.patient)
    return document
  }

  const download = async (request: GuardedRequest): Promise<Reply> => {
    const document = await requireDocument(request)
    const pdf = await deps.documents.pdf(document.id)
    if (pdf === undefined) throw outcome('not-found')
    await record(request.caller, document, { action: 'R', interaction: 'document-read' })
    return bytes(pdf, 'application/pdf', { 'content-disposition': `inline; filename="${document.form}-${document.code}.pdf"` })
  }

  /** Whoever holds the paper sees when, by whom and from where it was printed, and whether a newer document had replaced it. */
  const printCopy = async (request: GuardedRequest): Promise<Reply> => {
    const document = await requireDocument(request)
    const [pdf, profile, judged] = await Promise.all([deps.documents.pdf(document.id), deps.hospital.profile(), judge(deps, document)])
    if (pdf === undefined || judged.verdict === 'invalid') throw outcome('document-damaged', { diagnostics: `The stored document does not verify: ${judged.reason ?? ''}` })
    const copy = await deps.printer.printCopy({
      pdf, hospital: profile?.name ?? '', code: document.code, verifyUrl: `${deps.publicUrl}/xac-minh?ma=${document.code}`, printedBy: requirePerson(request.caller).name, at: deps.clock.now(),
      ...(judged.supersededBy && { superseded: { at: judged.supersededBy.at, code: judged.supersededBy.code } }),
    })
    await record(request.caller, document, { action: 'E', interaction: 'print-copy' })
    return bytes(copy, 'application/pdf', { 'content-disposition': `inline; filename="ban-in-${document.code}.pdf"` })
  }

  const reads = { site: 'hospital', access: { roles: rolesFor('document.read') } } as const
  return [
    { method: 'GET', url: '/api/documents', ...reads, handler: list },
    { method: 'GET', url: '/api/documents/:id/pdf', ...reads, handler: download },
    { method: 'POST', url: '/api/documents/:id/print-copies', site: 'hospital', access: { roles: rolesFor('document.print') }, handler: printCopy },
  ]
}

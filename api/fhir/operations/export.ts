/**
 * Bulk Data Access, the kick-off (https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-kick-off-request): of everything, of all patients, of the members of a group.
 * For system clients alone. That it was asked for is on record before it begins.
 */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import type { BulkExports, ExportScope, ExportWish } from '../../model/bulk-ports.ts'
import { parseJsonObject } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { AuditLog, Caller, Clock, IdSource, ResourceStore } from '../../model/ports.ts'
import { reachOf } from '../../security/policy.ts'
import { wantsLater } from '../later/desk.ts'
import { requireFormat } from '../format.ts'
import type { Gate } from '../gate.ts'
import { baseOf } from '../headers.ts'
import { requireLoaded } from '../load.ts'
import { requireId } from '../resource-body.ts'
import { membersOf, patientsOf, readPairs, toWish } from './export-wish.ts'

export interface ExportDeps {
  readonly exports: BulkExports
  readonly store: ResourceStore
  readonly gate: Gate
  readonly audit: AuditLog
  readonly ids: IdSource
  readonly clock: Clock
  readonly publicUrl: string
}

/** Throws bad-request: what takes this long is only done when the client says that it will come back. */
export const requireAsync = (prefer: string | undefined): void => {
  if (wantsLater(prefer)) return
  throw outcome('bad-request', { expression: 'http.Prefer', diagnostics: 'This takes a while: ask for it with Prefer: respond-async.' })
}

/** Reads and searches of the type, for every patient. */
export const mayExport = ({ actor }: Caller, type: string): boolean => reachOf(actor, 'read', type) === 'site' && reachOf(actor, 'search-type', type) === 'site'

/** 202 with the address where the state of the job is told. */
const kickOff = async (deps: ExportDeps, request: GuardedRequest, scope: ExportScope, about: { readonly type: string; readonly id?: string }): Promise<Reply> => {
  const { caller } = request
  const wish = toWish(readPairs(request), scope, (type) => mayExport(caller, type))
  await deps.gate.require(caller, wish.types.flatMap((type) => [{ interaction: 'search-type' as const, type }, { interaction: 'read' as const, type }]))
  if (wish.types.length === 0) {
    await deps.gate.note(caller, { interaction: 'search-type', type: about.type }, 'forbidden')
    throw outcome('forbidden', { diagnostics: 'No scope of this client lets it read and search any type.' })
  }
  const id = deps.ids.uuid()
  const base = baseOf(request, deps.publicUrl)
  const query = new URLSearchParams(request.query.map(([name, value]) => [name, value])).toString()
  await deps.exports.start(caller, { id, request: `${base}${request.path.slice(request.path.indexOf('/fhir/R4') + '/fhir/R4'.length)}${query === '' ? '' : `?${query}`}`, wish })
  await deps.audit.record(caller, { action: 'E', interaction: 'export', ...about, ...patientOf(scope), outcome: 'success', detail: describe(id, wish) })
  return { status: 202, headers: { 'content-location': `${base}/$export/${id}` } }
}

/** Nobody's record alone, unless it is one patient's. */
const patientOf = (scope: ExportScope): { readonly patient?: string } => {
  const [patient, more] = scope.kind === 'some' ? scope.patients : []
  return patient === undefined || more !== undefined ? {} : { patient }
}

const describe = (id: string, { scope, types, since, filters }: ExportWish): string =>
  `${id} ${scope.kind}${scope.kind === 'some' ? ` ${scope.patients.length}` : ''}${since === undefined ? '' : ' _since'} ${types.length > 20 ? `${types.length} types` : types.map((type) => `${type}${filters[type] ? '?' : ''}`).join(' ')}`

export const exportSystemOperation = (deps: ExportDeps) => async (request: GuardedRequest): Promise<Reply> => {
  before(request)
  if (patientsOf(readPairs(request)) !== undefined) throw outcome('bad-parameter', { expression: 'patient', diagnostics: 'Patients are named at Patient/$export and Group/[id]/$export.' })
  return kickOff(deps, request, { kind: 'system' }, { type: '*' })
}

export const exportPatientsOperation = (deps: ExportDeps) => async (request: GuardedRequest): Promise<Reply> => {
  before(request)
  const patients = patientsOf(readPairs(request))
  return kickOff(deps, request, patients === undefined ? { kind: 'patients' } : { kind: 'some', patients }, { type: 'Patient' })
}

/** Of those who are members when it is asked for. */
export const exportGroupOperation = (deps: ExportDeps) => async (request: GuardedRequest): Promise<Reply> => {
  before(request)
  const key = { type: 'Group', id: requireId(request.params.id) }
  const stored = await requireLoaded(deps.gate, request.caller, { interaction: 'read', ...key }, (caller) => deps.store.read(caller, key))
  const members = membersOf(parseJsonObject(stored.body), deps.clock.now())
  const named = patientsOf(readPairs(request))
  if (named?.some((id) => !members.includes(id))) throw outcome('bad-parameter', { expression: 'patient', diagnostics: 'A patient who is named is no member of the group.' })
  return kickOff(deps, request, { kind: 'some', patients: named ?? members }, key)
}

const before = (request: GuardedRequest): void => {
  requireFormat(request)
  requireAsync(request.headers.prefer)
}

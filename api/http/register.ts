/**
 * The use case of reception: one transaction stores the Patient (new, or changed since it was read), the arrived Encounter with its queue number,
 * and the department's care relation. The same form sent again finds the first result.
 */
import type { Encounter } from '@medplum/fhirtypes'
import { dayIn, instantIn } from '../model/day.ts'
import { arrayAt, JsonObject, objectFromPlain, parseJsonObject, stringAt, writeJson } from '../model/json.ts'
import { Outcome, outcome } from '../model/outcome.ts'
import type { AuditLog, Caller, Clock, IdSource, ResourceStore, StoreTransaction, Validator, Write } from '../model/ports.ts'
import { ID_PATTERN, toTyped, type Tenant } from '../model/resource.ts'
import type { RegistrationResult } from '../model/site.ts'
import { PROFILE, SID } from '../model/systems.ts'
import type { Checks } from '../fhir/checks.ts'
import { mayAct } from '../security/policy.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { buildArrival, idOfReference, queueNumberOf } from './registration-encounter.ts'

/** So long a department takes part in the care of a patient after a visit there. */
export const CARE_DAYS = 90

export interface RegisterDeps {
  readonly tenant: Tenant
  readonly store: ResourceStore
  readonly audit: AuditLog
  readonly validator: Validator
  readonly checks: Checks
  readonly hospital: HospitalInfo
  readonly clock: Clock
  readonly ids: IdSource
  readonly timeZone: string
}

export interface Registration {
  readonly patient: JsonObject
  readonly patientVersion: number | undefined
  readonly department: string
  readonly reason: string | undefined
  readonly requestId: string
}

/** Throws forbidden, dangling-reference, invalid-resource, code-invalid, version-conflict, already-exists. */
export const register = async (deps: RegisterDeps, caller: Caller, registration: Registration): Promise<RegistrationResult> => {
  const { store, ids, clock } = deps
  if (caller.actor.kind !== 'internal' && !mayAct(caller.actor, 'patient.register', registration.department)) {
    await deps.audit.record(caller, { action: 'C', interaction: 'register', type: 'Encounter', outcome: 'refused', detail: 'forbidden' })
    throw outcome('forbidden', { expression: 'department' })
  }
  const department = await deps.hospital.department(registration.department)
  if (department === undefined || !department.active) throw outcome('dangling-reference', { expression: 'department', diagnostics: 'No department in use has this id.' })
  const patient = await preparePatient(deps, caller, registration)
  const encounterId = ids.uuid()
  try {
    return await store.transact(caller, async (tx) => {
      await tx.claimCondition(`registration ${registration.requestId}`, { type: 'Encounter', id: encounterId })
      const now = clock.now()
      const day = dayIn(now, deps.timeZone)
      const { write, name } = await writeOf(deps, tx, patient)
      const number = await tx.nextNumber(`queue/${department.id}/${day}`)
      const visit = await tx.nextNumber(`visit/${day}`)
      const encounter = buildArrival({
        id: encounterId, patient: { id: patient.id, name }, department, number, requestId: registration.requestId, reason: registration.reason,
        visitCode: `${deps.tenant}-${day.replaceAll('-', '')}-${String(visit).padStart(4, '0')}`, at: instantIn(now, deps.timeZone),
      })
      requireValid(deps.validator, encounter, PROFILE.encounter, 'Encounter')
      await tx.write([...(write === undefined ? [] : [write]), { op: 'create', key: { type: 'Encounter', id: encounterId }, resource: objectFromPlain(encounter) }])
      await tx.relate({ patient: patient.id, department: department.id, account: null, kind: 'encounter', until: new Date(now.getTime() + CARE_DAYS * 86_400_000).toISOString() })
      return toResult(patient.id, encounterId, number)
    })
  } catch (error) {
    const first = await findFirst(deps, error)
    if (first === undefined) throw error
    return first
  }
}

const toResult = (patient: string, encounter: string, number: number): RegistrationResult =>
  ({ patient, encounter, number, slip: `/api/registrations/${encounter}/slip` })

/** already-exists of the request's own condition: what the first sending made. */
const findFirst = async (deps: RegisterDeps, error: unknown): Promise<RegistrationResult | undefined> => {
  if (!(error instanceof Outcome) || error.code !== 'already-exists' || error.detail.type !== 'Encounter' || typeof error.detail.id !== 'string') return undefined
  const own: Caller = { actor: { kind: 'internal', tenant: deps.tenant, name: 'register' }, visibility: { kind: 'all' }, purpose: 'HOPERAT' }
  const stored = await deps.store.read(own, { type: 'Encounter', id: error.detail.id })
  if (stored === undefined || stored.deleted) return undefined
  const encounter = toTyped<Encounter>(stored)
  const patient = idOfReference(encounter.subject?.reference, 'Patient')
  return patient === undefined ? undefined : toResult(patient, stored.id, queueNumberOf(encounter))
}

interface Prepared {
  readonly id: string
  readonly resource: JsonObject
  /** undefined: new. */
  readonly expected: number | undefined
  /** The version that was read, when it still stands. */
  readonly stored: JsonObject | undefined
}

const preparePatient = async (deps: RegisterDeps, caller: Caller, { patient, patientVersion }: Registration): Promise<Prepared> => {
  if (patient.get('resourceType') !== 'Patient') throw outcome('type-mismatch', { expression: 'patient.resourceType' })
  const given = stringAt(patient, 'id')
  if ((given === undefined) !== (patientVersion === undefined)) throw outcome('bad-request', { expression: 'patientVersion', diagnostics: 'A known patient has an id and the version that was read; a new one has neither.' })
  const id = given ?? deps.ids.uuid()
  if (!ID_PATTERN.test(id)) throw outcome('bad-id', { expression: 'patient.id' })
  const current = given === undefined ? undefined : await deps.store.read(caller, { type: 'Patient', id })
  if (given !== undefined && (current === undefined || current.deleted)) throw outcome('not-found', { expression: 'patient.id' })
  const stored = current === undefined ? undefined : parseJsonObject(current.body)
  const resource = withProfile(patient.set('id', id))
  await deps.checks.require([{ resource, path: 'patient', key: { type: 'Patient', id } }])
  return { id, resource, expected: patientVersion, stored }
}

const withProfile = (patient: JsonObject): JsonObject => {
  const meta = patient.get('meta')
  const known = arrayAt(meta, 'profile').filter((profile) => typeof profile === 'string')
  const profiles = [...new Set([...known, PROFILE.patient])]
  return patient.set('meta', (meta instanceof JsonObject ? meta : new JsonObject([], [])).set('profile', profiles))
}

const requireValid = (validator: Validator, resource: unknown, profile: string, path: string): void => {
  const wrong = validator.validate(resource, { profiles: [profile], path }).filter((finding) => finding.severity === 'error')
  if (wrong.length > 0) throw outcome('invalid-resource', { diagnostics: `${wrong.length} errors` }, wrong.slice(0, 100))
}

const nameOf = (patient: JsonObject): string => stringAt(patient, 'name', 0, 'text') ?? ''

/** Without meta's version and time, which the store sets. */
const content = (patient: JsonObject): string => {
  const meta = patient.get('meta')
  return writeJson(meta instanceof JsonObject ? patient.set('meta', meta.delete('versionId').delete('lastUpdated')) : patient)
}

/** The record number is the hospital's: given once, and put back when a form has lost it. */
const withRecordNumber = (patient: JsonObject, value: string): JsonObject => {
  const others = arrayAt(patient, 'identifier').filter((identifier) => stringAt(identifier, 'system') !== SID.patient)
  return patient.set('identifier', [objectFromPlain({ system: SID.patient, value }), ...others])
}

const recordNumberOf = (patient: JsonObject): string | undefined =>
  stringAt(arrayAt(patient, 'identifier').find((identifier) => stringAt(identifier, 'system') === SID.patient), 'value')

const writeOf = async (deps: RegisterDeps, tx: StoreTransaction, patient: Prepared): Promise<{ write: Write | undefined; name: string }> => {
  const key = { type: 'Patient', id: patient.id }
  const name = nameOf(patient.resource)
  if (patient.expected === undefined || patient.stored === undefined) {
    const record = `${deps.tenant}-${String(await tx.nextNumber('patient')).padStart(7, '0')}`
    return { name, write: { op: 'create', key, resource: withRecordNumber(patient.resource, record) } }
  }
  const record = recordNumberOf(patient.stored)
  const resource = record === undefined || recordNumberOf(patient.resource) === record ? patient.resource : withRecordNumber(patient.resource, record)
  const current = await tx.read(key)
  if (current !== undefined && current.version === patient.expected && content(parseJsonObject(current.body)) === content(resource)) return { name, write: undefined }
  return { name, write: { op: 'update', key, resource, expected: patient.expected } }
}

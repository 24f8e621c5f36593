/** Whether a study of the PACS is of the patient of an order: as for results of devices, the number must be there, and name or birth may not speak against it. Records that were merged are one person: by what the merge left behind, not by a link alone, which anybody who edits a patient can write. */
import type { Patient } from '@medplum/fhirtypes'
import { differsFrom } from '../hl7v2/same-person.ts'
import { parseJsonObject, stringAt } from '../model/json.ts'
import { displayName } from '../model/person-facts.ts'
import type { PacsPatient, WithheldReason } from '../model/pictures.ts'
import type { Caller, ResourceStore } from '../model/ports.ts'
import { toTyped, type StoredVersion } from '../model/resource.ts'
import { SID } from '../model/systems.ts'
import { idOfReference } from './registration-encounter.ts'
import { readMany, searchOwn } from './work-orders.ts'

/** As one of the records names the person: with every number that the record has, older ones too. */
export interface KnownPerson { /** Of the record. */ readonly id: string; readonly numbers: readonly string[]; readonly name: string; readonly birthDate: string }

/** Records that one merge after another may have put together. */
const MOST_RECORDS = 20

const LINKS = ['replaces', 'replaced-by'] as const
const linkedBy = (patient: Patient, type: (typeof LINKS)[number]): string[] => (patient.link ?? []).flatMap((link) => (link.type === type ? [idOfReference(link.other.reference, 'Patient') ?? ''] : []))
/** As a merge leaves them (http://hl7.org/fhir/R4/patient.html#links): both say it, and the one that was replaced is no longer active. */
const sayIt = (source: Patient, target: Patient): boolean => source.active === false && linkedBy(source, 'replaced-by').includes(target.id ?? '') && linkedBy(target, 'replaces').includes(source.id ?? '')

/** http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle */
const LIFECYCLE = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle'
const MOST_EVENTS = 20

/** Whether the newest of what was put on record of the two, by $merge and $unmerge, is a merge. */
const isOnRecord = async (deps: { readonly store: ResourceStore }, caller: Caller, source: Patient, target: Patient): Promise<boolean> => {
  const { matches } = await searchOwn(deps, caller, 'Provenance', [['target', `Patient/${target.id}`], ['entity', `Patient/${source.id}`], ['_sort', '-_lastUpdated']], MOST_EVENTS)
  const codes = matches.map(({ body }) => parseJsonObject(body)).flatMap((event) => (stringAt(event, 'activity', 'coding', 0, 'system') === LIFECYCLE ? [stringAt(event, 'activity', 'coding', 0, 'code')] : []))
  return codes.find((code) => code === 'merge' || code === 'unmerge') === 'merge'
}
const areOne = async (deps: { readonly store: ResourceStore }, caller: Caller, one: Patient, other: Patient): Promise<boolean> =>
  (sayIt(one, other) && await isOnRecord(deps, caller, one, other)) || (sayIt(other, one) && isOnRecord(deps, caller, other, one))

/** The patient's record, and those that a merge put together with it. */
export const readPersons = async (deps: { readonly store: ResourceStore }, caller: Caller, patient: string): Promise<readonly Patient[]> => {
  const found = new Map<string, Patient>()
  const read = async (ids: readonly string[]): Promise<Patient[]> =>
    [...(await readMany(deps, caller, 'Patient', ids)).values()].filter((each): each is StoredVersion => !each.deleted).map((each) => toTyped<Patient>(each))
  const waiting = await read([patient])
  while (waiting.length > 0 && found.size < MOST_RECORDS) {
    const one = waiting.shift()
    if (one === undefined) break
    found.set(one.id ?? '', one)
    const others = await read(LINKS.flatMap((type) => linkedBy(one, type)).slice(0, MOST_RECORDS).filter((id) => !found.has(id)))
    for (const other of others) if (await areOne(deps, caller, one, other)) waiting.push(other)
  }
  const own = found.get(patient)
  return own === undefined ? [] : [own, ...[...found.values()].filter((each) => each !== own)]
}

export const toKnown = (patient: Patient): KnownPerson =>
  ({ id: patient.id ?? '', numbers: (patient.identifier ?? []).flatMap(({ system, value }) => (system === SID.patient && value !== undefined ? [value] : [])), name: displayName(patient), birthDate: patient.birthDate ?? '' })

/** By which record it is the patient. Pure. */
export const recordOf = (said: PacsPatient, known: readonly KnownPerson[]): string | undefined => known.find((each) => strangeness(said, [each]) === undefined)?.id

/** undefined: it is one of them. Else what differs, by the record that comes nearest. Pure. */
export const strangeness = (said: PacsPatient, known: readonly KnownPerson[]): WithheldReason | undefined => {
  const patient = { numbers: said.id === '' ? [] : [said.id], name: said.name, birthDate: said.birthDate }
  const verdicts = known.flatMap(({ numbers, name, birthDate }) => numbers.map((number) => differsFrom(patient, { number, name, birthDate })))
  if (verdicts.length === 0) return 'patient-number'
  return verdicts.includes(undefined) ? undefined : verdicts.find((verdict) => verdict !== 'patient-number') ?? 'patient-number'
}

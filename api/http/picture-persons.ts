/** Whether a study of the PACS is of the patient of an order: as for results of devices, the number must be there, and name or birth may not speak against it. Records that were merged are one person. */
import type { Patient } from '@medplum/fhirtypes'
import { differsFrom } from '../hl7v2/same-person.ts'
import { displayName } from '../model/person-facts.ts'
import type { PacsPatient, WithheldReason } from '../model/pictures.ts'
import type { Caller, ResourceStore } from '../model/ports.ts'
import { toTyped, type StoredVersion } from '../model/resource.ts'
import { SID } from '../model/systems.ts'
import { idOfReference } from './registration-encounter.ts'
import { readMany } from './work-orders.ts'

/** As one of the records names the person: with every number that the record has, older ones too. */
export interface KnownPerson { readonly numbers: readonly string[]; readonly name: string; readonly birthDate: string }

/** Records that one merge after another may have put together. */
const MOST_RECORDS = 20

const linked = (patient: Patient): string[] => (patient.link ?? []).flatMap(({ type, other }) => (type === 'replaces' || type === 'replaced-by' ? [idOfReference(other.reference, 'Patient') ?? ''] : []))

/** The patient's record, and those that a merge says are the same person. */
export const readPersons = async (deps: { readonly store: ResourceStore }, caller: Caller, patient: string): Promise<readonly Patient[]> => {
  const found = new Map<string, Patient>()
  for (let next = [patient]; next.length > 0 && found.size < MOST_RECORDS;) {
    const stored = await readMany(deps, caller, 'Patient', next)
    const fresh = [...stored.values()].filter((each): each is StoredVersion => !each.deleted).map((each) => toTyped<Patient>(each))
    for (const each of fresh) found.set(each.id ?? '', each)
    next = fresh.flatMap(linked).filter((id) => !found.has(id))
  }
  const own = found.get(patient)
  return own === undefined ? [] : [own, ...[...found.values()].filter((each) => each !== own)]
}

export const toKnown = (patient: Patient): KnownPerson =>
  ({ numbers: (patient.identifier ?? []).flatMap(({ system, value }) => (system === SID.patient && value !== undefined ? [value] : [])), name: displayName(patient), birthDate: patient.birthDate ?? '' })

/** undefined: it is one of them. Else what differs, by the record that comes nearest. Pure. */
export const strangeness = (said: PacsPatient, known: readonly KnownPerson[]): WithheldReason | undefined => {
  const patient = { numbers: said.id === '' ? [] : [said.id], name: said.name, birthDate: said.birthDate }
  const verdicts = known.flatMap(({ numbers, name, birthDate }) => numbers.map((number) => differsFrom(patient, { number, name, birthDate })))
  if (verdicts.length === 0) return 'patient-number'
  return verdicts.includes(undefined) ? undefined : verdicts.find((verdict) => verdict !== 'patient-number') ?? 'patient-number'
}

/** Medicines of all visits (http://hl7.org/fhir/R4/medicationrequest.html), each once, as it was ordered last. Pure. */
import type { MedicationRequest } from '@medplum/fhirtypes'
import type { ChartMedicine } from '../model/chart.ts'
import { addDays } from '../model/day.ts'
import { toTyped, type StoredVersion } from '../model/resource.ts'
import { dayOf } from './dates.ts'
import { isTakenBack } from './withdrawn.ts'

/** Day after which the supply is used up; undefined: ordered without an end. */
export const suppliedUntil = (request: MedicationRequest, timeZone: string): string | undefined => {
  const days = request.dispenseRequest?.expectedSupplyDuration?.value
  const from = dayOf(request.authoredOn, timeZone)
  return days === undefined || from === '' ? undefined : addDays(from, Math.ceil(days))
}

/** Whether it should still be taken on `today`. */
export const runsOn = (request: MedicationRequest, today: string, timeZone: string): boolean => {
  const until = suppliedUntil(request, timeZone)
  return request.status === 'active' && (until === undefined || until >= today)
}

const nameOf = ({ medicationCodeableConcept, medicationReference }: MedicationRequest): string =>
  medicationCodeableConcept?.text ?? medicationCodeableConcept?.coding?.[0]?.display ?? medicationReference?.display ?? ''

/** `requests` newest first; what runs comes first. */
export const toMedicines = (requests: readonly StoredVersion[], today: string, timeZone: string): ChartMedicine[] => {
  const found = new Map<string, ChartMedicine>()
  for (const stored of requests) {
    const request = toTyped<MedicationRequest>(stored)
    const name = nameOf(request)
    const key = request.medicationCodeableConcept?.coding?.[0]?.code ?? name
    if (isTakenBack(stored) || key === '') continue
    const known = found.get(key)
    const until = suppliedUntil(request, timeZone)
    const encounter = request.encounter?.reference?.split('/')[1]
    found.set(key, known ? { ...known, times: known.times + 1 } : {
      name, dosage: request.dosageInstruction?.[0]?.text ?? '', from: dayOf(request.authoredOn, timeZone), running: runsOn(request, today, timeZone), doctor: request.requester?.display ?? '', times: 1,
      ...(until !== undefined && { until }), ...(encounter !== undefined && { encounter }),
    })
  }
  return [...found.values()].sort((a, b) => Number(b.running) - Number(a.running))
}

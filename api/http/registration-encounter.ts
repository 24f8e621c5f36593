/** The Encounter of a person who has just been registered for a clinic: arrived, with queue number and mã liên kết (https://hl7.org/fhir/R4/encounter.html). Pure. */
import type { Encounter } from '@medplum/fhirtypes'
import { CODE_SYSTEM, EXTENSION, PROFILE, SID } from '../model/systems.ts'

export interface Arrival {
  readonly id: string
  readonly patient: { readonly id: string; readonly name: string }
  readonly department: { readonly id: string; readonly name: string }
  readonly number: number
  /** Mã liên kết, the same for ever. */
  readonly visitCode: string
  readonly requestId: string
  /** Instant with offset. */
  readonly at: string
  readonly reason: string | undefined
}

export const buildArrival = (arrival: Arrival): Encounter => ({
  resourceType: 'Encounter',
  id: arrival.id,
  meta: { profile: [PROFILE.encounter] },
  extension: [{ url: EXTENSION.queueNumber, valueInteger: arrival.number }],
  identifier: [{ system: SID.visit, value: arrival.visitCode }, { system: SID.request, value: arrival.requestId }],
  status: 'arrived',
  class: { system: CODE_SYSTEM.encounterClass, code: 'AMB', display: 'ambulatory' },
  subject: { reference: `Patient/${arrival.patient.id}`, display: arrival.patient.name },
  period: { start: arrival.at },
  ...(arrival.reason === undefined || arrival.reason === '' ? {} : { reasonCode: [{ text: arrival.reason }] }),
  serviceProvider: { reference: `Organization/${arrival.department.id}`, display: arrival.department.name },
})

export const queueNumberOf = (encounter: Encounter): number =>
  encounter.extension?.find((extension) => extension.url === EXTENSION.queueNumber)?.valueInteger ?? 0

/** FHIR id at the end of a reference to this type; undefined for another. */
export const idOfReference = (reference: string | undefined, type: string): string | undefined => {
  const [found, id] = (reference ?? '').split('/').slice(-2)
  return found === type && id !== undefined && id !== '' ? id : undefined
}

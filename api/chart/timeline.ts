/** Visits of a record, newest first, each with what came of it in words (http://hl7.org/fhir/R4/encounter.html). Pure. */
import type { Condition, Encounter, MedicationRequest, ServiceRequest } from '@medplum/fhirtypes'
import type { TimelineVisit } from '../model/chart.ts'
import { toTyped, type StoredVersion } from '../model/resource.ts'
import { isTakenBack } from './withdrawn.ts'

export interface TimelineFacts {
  readonly encounters: readonly StoredVersion[]
  /** Conditions, MedicationRequests and ServiceRequests of these encounters. */
  readonly parts: readonly StoredVersion[]
  readonly documents: readonly { readonly encounter: string; readonly title: string; readonly superseded: boolean }[]
  /** Names of departments by the FHIR id of their Organization. */
  readonly departments: ReadonlyMap<string, string>
}

type Part = Condition | MedicationRequest | ServiceRequest

const textOf = (part: Part): string => {
  const concept = part.resourceType === 'MedicationRequest' ? part.medicationCodeableConcept : part.code
  return concept?.text ?? concept?.coding?.[0]?.display ?? ''
}
const isLive = (part: Part): boolean => part.resourceType === 'Condition' || !['cancelled', 'revoked', 'stopped'].includes(part.status ?? '')

/** Diagnoses in the order in which the visit ranks them; those that it does not name come last. */
const rank = (encounter: Encounter, id: string | undefined): number => {
  const at = (encounter.diagnosis ?? []).findIndex(({ condition }) => condition.reference === `Condition/${id}`)
  return at < 0 ? Number.MAX_SAFE_INTEGER : at
}

export const toTimeline = ({ encounters, parts, documents, departments }: TimelineFacts): TimelineVisit[] => {
  const byVisit = Map.groupBy(parts.filter((stored) => !isTakenBack(stored)).map((stored) => toTyped<Part>(stored)).filter(isLive), (part) => part.encounter?.reference ?? '')
  return encounters.map((stored) => {
    const encounter = toTyped<Encounter>(stored)
    const own = byVisit.get(`Encounter/${stored.id}`) ?? []
    const texts = (type: Part['resourceType']): string[] => own.filter((part) => part.resourceType === type).sort((a, b) => rank(encounter, a.id) - rank(encounter, b.id)).map(textOf).filter((text) => text !== '')
    return {
      encounter: stored.id, at: encounter.period?.start ?? '', doctor: encounter.participant?.[0]?.individual?.display ?? '', reason: encounter.reasonCode?.[0]?.text ?? '',
      department: departments.get(encounter.serviceProvider?.reference?.split('/')[1] ?? '') ?? encounter.serviceProvider?.display ?? '', finished: encounter.status === 'finished',
      diagnoses: texts('Condition'), drugs: texts('MedicationRequest'), orders: texts('ServiceRequest'),
      documents: documents.filter((document) => document.encounter === stored.id && !document.superseded).map(({ title }) => title),
    }
  })
}

/** A page of the visits of a record with what came of each, and their results: a handful of questions, whatever the length of the record. */
import type { Encounter } from '@medplum/fhirtypes'
import type { Timeline } from '../model/chart.ts'
import type { Caller, DocumentStore, ResourceStore } from '../model/ports.ts'
import { toTyped, type StoredVersion } from '../model/resource.ts'
import { toTimelineResults } from '../chart/timeline-results.ts'
import { toTimeline } from '../chart/timeline.ts'
import { readNewest } from './chart-reads.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { idOfReference } from './registration-encounter.ts'

export interface TimelineDeps {
  readonly store: ResourceStore
  readonly documents: DocumentStore
  readonly hospital: Pick<HospitalInfo, 'department'>
}

const VISITS = 50
/** Of one patient, the newest; older visits show theirs when they are opened. */
const DOCUMENTS = 200
const PARTS = ['Condition', 'MedicationRequest', 'ServiceRequest'] as const

const LABORATORY = 'http://terminology.hl7.org/CodeSystem/observation-category|laboratory'
/** Of 50 visits; a visit with more than 60 values each is no outpatient's. */
const VALUE_PAGES = 3

/** Of these visits, and with the first page of those that no visit has. */
const readResults = async (deps: Pick<TimelineDeps, 'store'>, caller: Caller, patient: string, visits: readonly string[], first: boolean): Promise<Required<Pick<Timeline, 'results' | 'cutResults'>>> => {
  const owners: (readonly [string, string])[] = [...(visits.length > 0 ? [['encounter', visits.join(',')] as const] : []), ...(first ? [['encounter:missing', 'true'] as const] : [])]
  const read = async (type: string, pages: number, ...more: readonly (readonly [string, string])[]): Promise<{ readonly matches: readonly StoredVersion[]; readonly cut: boolean }> => {
    const found = await Promise.all(owners.map((owner) => readNewest(deps, caller, type, [['patient', `Patient/${patient}`], owner, ...more], { pages })))
    return { matches: found.flatMap(({ matches }) => matches), cut: found.some(({ cut }) => cut) }
  }
  const [reports, values] = await Promise.all([read('DiagnosticReport', 1), read('Observation', VALUE_PAGES, ['category', LABORATORY])])
  return { results: toTimelineResults(reports.matches, values.matches), cutResults: reports.cut || values.cut }
}

const namesOf = async (hospital: TimelineDeps['hospital'], ids: readonly string[]): Promise<ReadonlyMap<string, string>> =>
  new Map((await Promise.all(ids.map((id) => hospital.department(id)))).flatMap((found) => (found === undefined ? [] : [[found.id, found.name] as const])))

/** `results`: whether they are read too; they take longer than the visits. */
export const readTimeline = async (deps: TimelineDeps, caller: Caller, patient: string, { cursor, results = false }: { readonly cursor?: string | undefined; readonly results?: boolean } = {}): Promise<Timeline> => {
  const { matches: encounters, next } = await readNewest(deps, caller, 'Encounter', [['patient', `Patient/${patient}`], ['_sort', '-date'], ...(cursor === undefined ? [] : [['_cursor', cursor] as const])], { count: VISITS })
  const visitsOf = encounters.map(({ id }) => `Encounter/${id}`)
  const own = visitsOf.join(',')
  const departments = [...new Set(encounters.flatMap((stored) => idOfReference(toTyped<Encounter>(stored).serviceProvider?.reference, 'Organization') ?? []))]
  const [parts, found, documents, names] = await Promise.all([
    own === '' ? [] : Promise.all(PARTS.map((type) => readNewest(deps, caller, type, [['patient', `Patient/${patient}`], ['encounter', own]]))),
    results ? readResults(deps, caller, patient, visitsOf, cursor === undefined) : undefined, deps.documents.find({ patient, count: DOCUMENTS }), namesOf(deps.hospital, departments),
  ])
  const visits = toTimeline({
    encounters, parts: parts.flatMap(({ matches }) => matches), departments: names,
    documents: documents.map(({ encounter, title, supersededBy }) => ({ encounter, title, superseded: supersededBy !== undefined })),
  })
  return { visits, ...found, ...(next !== undefined && { next }) }
}

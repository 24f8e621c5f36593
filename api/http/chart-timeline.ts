/** A page of the visits of a record with what came of each: a handful of questions, whatever the length of the record. */
import type { Encounter } from '@medplum/fhirtypes'
import type { Timeline } from '../model/chart.ts'
import type { Caller, DocumentStore, ResourceStore } from '../model/ports.ts'
import { toTyped } from '../model/resource.ts'
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

const namesOf = async (hospital: TimelineDeps['hospital'], ids: readonly string[]): Promise<ReadonlyMap<string, string>> =>
  new Map((await Promise.all(ids.map((id) => hospital.department(id)))).flatMap((found) => (found === undefined ? [] : [[found.id, found.name] as const])))

export const readTimeline = async (deps: TimelineDeps, caller: Caller, patient: string, cursor?: string): Promise<Timeline> => {
  const { matches: encounters, next } = await readNewest(deps, caller, 'Encounter', [['patient', `Patient/${patient}`], ['_sort', '-date'], ...(cursor === undefined ? [] : [['_cursor', cursor] as const])], { count: VISITS })
  if (encounters.length === 0) return { visits: [] }
  const own = encounters.map(({ id }) => `Encounter/${id}`).join(',')
  const departments = [...new Set(encounters.flatMap((stored) => idOfReference(toTyped<Encounter>(stored).serviceProvider?.reference, 'Organization') ?? []))]
  const [parts, documents, names] = await Promise.all([
    Promise.all(PARTS.map((type) => readNewest(deps, caller, type, [['patient', `Patient/${patient}`], ['encounter', own]]))), deps.documents.find({ patient, count: DOCUMENTS }), namesOf(deps.hospital, departments),
  ])
  const visits = toTimeline({
    encounters, parts: parts.flatMap(({ matches }) => matches), departments: names,
    documents: documents.map(({ encounter, title, supersededBy }) => ({ encounter, title, superseded: supersededBy !== undefined })),
  })
  return { visits, ...(next !== undefined && { next }) }
}

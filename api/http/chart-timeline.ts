/** A page of the visits of a record with what came of each, and their results: a handful of questions, whatever the length of the record. */
import type { Encounter } from '@medplum/fhirtypes'
import { isReleased, resultIds } from '../laboratory/read-result.ts'
import type { Timeline } from '../model/chart.ts'
import { parseJsonObject } from '../model/json.ts'
import type { Caller, DocumentStore, ResourceStore } from '../model/ports.ts'
import { ID_PATTERN, toTyped, type StoredVersion } from '../model/resource.ts'
import { toTimelineProcedures, toTimelineResults, type ReleasedReport } from '../chart/timeline-results.ts'
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

/** Values of the reports of a page, and of one search. */
const MOST_VALUES = 4000, TOGETHER = 500

/** Of these visits, and with the first page of those that no visit has. */
const readResults = async (deps: Pick<TimelineDeps, 'store'>, caller: Caller, patient: string, visits: readonly string[], first: boolean): Promise<Required<Pick<Timeline, 'results' | 'cutResults'>>> => {
  const owners: (readonly [string, string])[] = [...(visits.length > 0 ? [['encounter', visits.join(',')] as const] : []), ...(first ? [['encounter:missing', 'true'] as const] : [])]
  const ofType = (type: 'DiagnosticReport' | 'Procedure') => Promise.all(owners.map((owner) => readNewest(deps, caller, type, [['patient', `Patient/${patient}`], owner])))
  const [found, done] = await Promise.all([ofType('DiagnosticReport'), ofType('Procedure')])
  const reports = found.flatMap(({ matches }) => matches).flatMap((stored): ReleasedReport[] => { const report = parseJsonObject(stored.body); return isReleased(report) ? [{ stored, ids: resultIds(report) }] : [] })
  const ids = [...new Set(reports.flatMap((report) => report.ids))].filter((id) => ID_PATTERN.test(id))
  const values: StoredVersion[] = []
  for (let at = 0; at < Math.min(ids.length, MOST_VALUES); at += TOGETHER) values.push(...(await readNewest(deps, caller, 'Observation', [['patient', `Patient/${patient}`], ['_id', ids.slice(at, at + TOGETHER).join(',')]])).matches)
  return { results: [...toTimelineResults(reports, values), ...toTimelineProcedures(done.flatMap(({ matches }) => matches))], cutResults: [...found, ...done].some(({ cut }) => cut) || ids.length > MOST_VALUES }
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

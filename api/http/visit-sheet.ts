/** All that the visit sheet needs, in one answer: a handful of bounded questions asked at once, whatever the length of the chart. Stored bodies are answered as they are, digits and all. */
import type { AllergyIntolerance, Condition, Encounter, MedicationRequest, Observation } from '@medplum/fhirtypes'
import { allergyKind } from '../model/allergy.ts'
import { runsOn } from '../chart/medicines.ts'
import { dayIn } from '../model/day.ts'
import { parseJsonObject, type JsonObject } from '../model/json.ts'
import type { Drafts } from '../model/people.ts'
import type { Caller, Clock, DocumentStore, ResourceStore, SearchPage } from '../model/ports.ts'
import { toTyped, type StoredVersion } from '../model/resource.ts'
import type { Draft, DocumentRow, VisitSheet } from '../model/site.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import { narrow } from '../security/policy.ts'
import { toDocumentRow, type DocumentRowDeps } from './document-rows.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { visitDraftKey } from './queue.ts'
import { idOfReference } from './registration-encounter.ts'
import type { OpenVisit } from './visit-access.ts'

export interface VisitSheetDeps extends DocumentRowDeps {
  readonly store: ResourceStore
  readonly documents: DocumentStore
  readonly drafts: Drafts
  readonly hospital: Pick<HospitalInfo, 'department'>
  readonly clock: Clock
  readonly timeZone: string
}

const CURRENT_TYPES = ['Condition', 'Observation', 'MedicationRequest', 'ServiceRequest'] as const
const [PROBLEMS, MEDICATIONS, VITALS, VISITS] = [60, 60, 60, 20]

type Pairs = readonly (readonly [string, string])[]

const searchPage = (deps: Pick<VisitSheetDeps, 'store'>, caller: Caller, type: string, count: number, parameters: Pairs): Promise<SearchPage> =>
  deps.store.search(narrow(caller, 'search-type', type), { type, parameters: [...parameters, ['_count', String(count)]], strict: true })
const search = async (...given: Readonly<Parameters<typeof searchPage>>): Promise<readonly StoredVersion[]> => (await searchPage(...given)).matches

const isWithdrawn = (stored: StoredVersion): boolean => /"entered-in-error"/.test(stored.body)

/** Resources stored for this visit, by type; AllergyIntolerances are the patient's. */
export const readVisitResources = async (deps: Pick<VisitSheetDeps, 'store'>, caller: Caller, visit: OpenVisit): Promise<StoredVersion[]> => {
  const found = await Promise.all([
    ...CURRENT_TYPES.map((type) => search(deps, caller, type, 1000, [['encounter', `Encounter/${visit.stored.id}`]])),
    search(deps, caller, 'AllergyIntolerance', 1000, [['patient', `Patient/${visit.patient}`]]),
  ])
  return found.flat()
}

/** The newest of each code, and none of this visit. */
const toProblems = (conditions: readonly StoredVersion[], visit: OpenVisit): StoredVersion[] => {
  const seen = new Set<string>()
  return conditions.filter((stored) => {
    const condition = toTyped<Condition>(stored)
    const code = condition.code?.coding?.find((coding) => coding.system === CODE_SYSTEM.icd10)?.code ?? condition.code?.text ?? stored.id
    if (condition.encounter?.reference === `Encounter/${visit.stored.id}` || isWithdrawn(stored) || seen.has(code)) return false
    seen.add(code)
    return true
  })
}

/** What the patient should still be taking today. */
const toActive = (requests: readonly StoredVersion[], visit: OpenVisit, today: string, timeZone: string): StoredVersion[] => requests.filter((stored) => {
  const request = toTyped<MedicationRequest>(stored)
  return request.encounter?.reference !== `Encounter/${visit.stored.id}` && !isWithdrawn(stored) && runsOn(request, today, timeZone)
})

/** The last value of each kind before this visit. */
const toLast = (observations: readonly StoredVersion[], visit: OpenVisit): StoredVersion[] => {
  const seen = new Set<string>()
  return observations.filter((stored) => {
    const observation = toTyped<Observation>(stored)
    const code = observation.code.coding?.[0]?.code ?? ''
    if (observation.encounter?.reference === `Encounter/${visit.stored.id}` || isWithdrawn(stored) || seen.has(code)) return false
    seen.add(code)
    return true
  })
}

const toPrevious = ({ matches, included }: Pick<SearchPage, 'matches' | 'included'>, visit: OpenVisit): VisitSheet['previousVisits'] => {
  const names = new Map(included.map((stored) => [`${stored.type}/${stored.id}`, toTyped<Condition>(stored).code?.text]))
  return matches.filter((stored) => stored.id !== visit.stored.id).map((stored) => {
    const encounter = toTyped<Encounter>(stored)
    return {
      encounter: stored.id, date: encounter.period?.start ?? '', department: encounter.serviceProvider?.display ?? '',
      diagnoses: (encounter.diagnosis ?? []).map(({ condition }) => condition.display ?? names.get(condition.reference ?? '') ?? '').filter((text) => text !== '').join('; '),
      doctor: encounter.participant?.[0]?.individual?.display ?? '',
    }
  })
}

/** Drugs of earlier visits that the patient should still be taking. */
export const readRunning = async (deps: Pick<VisitSheetDeps, 'store' | 'clock' | 'timeZone'>, caller: Caller, visit: OpenVisit): Promise<JsonObject[]> => {
  const found = await search(deps, caller, 'MedicationRequest', MEDICATIONS, [['patient', `Patient/${visit.patient}`], ['status', 'active'], ['_sort', '-authoredon']])
  return toActive(found, visit, dayIn(deps.clock.now(), deps.timeZone), deps.timeZone).map(({ body }) => parseJsonObject(body))
}

const list = (resources: readonly StoredVersion[]): string => `[${resources.map((stored) => stored.body).join(',')}]`

/** JSON text of VisitSheet. `encounter`: as it stands now, perhaps just set in progress. */
export const readVisitSheet = async (deps: VisitSheetDeps, caller: Caller, visit: OpenVisit, account: string): Promise<string> => {
  const about: Pairs = [['patient', `Patient/${visit.patient}`]]
  const today = dayIn(deps.clock.now(), deps.timeZone)
  const [patient, department, own, problems, medications, vitals, visits, documents, draft] = await Promise.all([
    deps.store.read(caller, { type: 'Patient', id: visit.patient }), deps.hospital.department(visit.department), readVisitResources(deps, caller, visit),
    search(deps, caller, 'Condition', PROBLEMS, [...about, ['clinical-status', 'active'], ['_sort', '-recorded-date']]),
    search(deps, caller, 'MedicationRequest', MEDICATIONS, [...about, ['status', 'active'], ['_sort', '-authoredon']]),
    search(deps, caller, 'Observation', VITALS, [...about, ['category', 'vital-signs'], ['_sort', '-date']]),
    searchPage(deps, caller, 'Encounter', VISITS, [...about, ['status', 'finished'], ['_sort', '-date'], ['_include', 'Encounter:diagnosis']]),
    deps.documents.find({ encounter: visit.stored.id }), deps.drafts.find(account, visitDraftKey(visit.stored.id)),
  ])
  const rows: readonly DocumentRow[] = await Promise.all(documents.map((document) => toDocumentRow(deps, document)))
  const current = own.filter((stored) => !isWithdrawn(stored))
  const ofVisit = (stored: StoredVersion): boolean => idOfReference(toTyped<Observation>(stored).encounter?.reference, 'Encounter') === visit.stored.id
  const members: Readonly<Record<keyof VisitSheet, string | undefined>> = {
    encounter: visit.stored.body, patient: patient?.body ?? 'null', departmentName: JSON.stringify(department?.name ?? ''),
    allergies: list(current.filter((stored) => stored.type === 'AllergyIntolerance' && allergyKind(toTyped<AllergyIntolerance>(stored)) !== 'past')), problems: list(toProblems(problems, visit)),
    activeMedications: list(toActive(medications, visit, today, deps.timeZone)),
    observations: list([...current.filter(({ type }) => type === 'Observation'), ...toLast(vitals, visit)]),
    current: list(current.filter((stored) => stored.type !== 'AllergyIntolerance' || ofVisit(stored))),
    previousVisits: JSON.stringify(toPrevious(visits, visit)), documents: JSON.stringify(rows), draft: toDraftText(draft),
  }
  return `{${Object.entries(members).filter(([, text]) => text !== undefined).map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`
}

const toDraftText = (draft: Draft | undefined): string | undefined => (draft === undefined ? undefined : JSON.stringify(draft))

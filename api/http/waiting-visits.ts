/** Visits that wait for the signature of a person: open, in a department where the person signs, with something in them that the person wrote, or a draft of the person's. */
import type { Condition, Encounter, MedicationRequest, Observation, Patient } from '@medplum/fhirtypes'
import { dayIn } from '../model/day.ts'
import { parseJsonObject } from '../model/json.ts'
import type { Person } from '../model/actor.ts'
import type { Drafts } from '../model/people.ts'
import { displayName } from '../model/person-facts.ts'
import type { Caller, Clock, ResourceStore, SearchPage } from '../model/ports.ts'
import { toTyped, type StoredVersion } from '../model/resource.ts'
import type { WaitingVisit } from '../model/signing-inbox.ts'
import type { Draft } from '../model/site.ts'
import { departmentsFor, narrow } from '../security/policy.ts'
import { findStoredGaps } from '../visit/stored-gaps.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { visitDraftKey } from './queue.ts'
import { idOfReference, queueNumberOf } from './registration-encounter.ts'

export interface WaitingDeps {
  readonly store: ResourceStore
  readonly drafts: Drafts
  readonly hospital: Pick<HospitalInfo, 'department'>
  readonly clock: Clock
  readonly timeZone: string
}

/** The oldest of a person: what is left longest is seen first, and a list of more helps nobody. */
const MOST = 300
/** Open visits of a department are walked in pages of so many, of which most may be others'; more pages than these are not walked, and it is said. */
const PAGE = 300
const MOST_PAGES = 12
/** Visits whose content is asked for in one question. */
const TOGETHER = 25
const CONTENT = ['Condition', 'Observation', 'MedicationRequest', 'ServiceRequest'] as const

type Pairs = readonly (readonly [string, string])[]
const search = async ({ store }: WaitingDeps, caller: Caller, type: string, parameters: Pairs): Promise<readonly StoredVersion[]> =>
  (await store.search(narrow(caller, 'search-type', type), { type, parameters, strict: true })).matches

/** Which open visits are walked: for the list all from the oldest on, for the menu, which asks every few minutes, the newest only. */
interface Walk { readonly sort: 'date' | '-date'; readonly pages: number }
const LIST: Walk = { sort: 'date', pages: MOST_PAGES }, MENU: Walk = { sort: '-date', pages: 1 }

/** Open visits where the person signs, a page at a time. */
const openEncounters = async (deps: WaitingDeps, caller: Caller, sort: Walk['sort'], cursor: string | undefined): Promise<SearchPage | undefined> => {
  const departments = departmentsFor(caller.actor, 'visit.sign')
  if (departments.length === 0) return undefined
  const places: Pairs = departments.includes(null) ? [] : [['service-provider', departments.map((department) => `Organization/${department}`).join(',')]]
  const after: Pairs = cursor === undefined ? [] : [['_cursor', cursor]]
  return deps.store.search(narrow(caller, 'search-type', 'Encounter'), { type: 'Encounter', parameters: [['status', 'in-progress'], ...places, ['_sort', sort], ['_count', String(PAGE)], ...after], strict: true })
}

const visitOf = (stored: StoredVersion): string => idOfReference(toTyped<Observation>(stored).encounter?.reference, 'Encounter') ?? ''

/** Everything stored of the visits, by visit. */
const contentOf = async (deps: WaitingDeps, caller: Caller, visits: readonly StoredVersion[]): Promise<Map<string, StoredVersion[]>> => {
  const parts = Array.from({ length: Math.ceil(visits.length / TOGETHER) }, (_, at) => visits.slice(at * TOGETHER, (at + 1) * TOGETHER).map(({ id }) => `Encounter/${id}`).join(','))
  const found = new Map<string, StoredVersion[]>(visits.map((visit) => [visit.id, []]))
  for (const encounters of parts) {
    const content = await Promise.all(CONTENT.map((type) => search(deps, caller, type, [['encounter', encounters], ['_count', '1000']])))
    for (const stored of content.flat()) found.get(visitOf(stored))?.push(stored)
  }
  return found
}

const isBy = (stored: StoredVersion, practitioner: string): boolean => {
  const authors = [toTyped<Condition>(stored).recorder, toTyped<MedicationRequest>(stored).requester, ...toTyped<Observation>(stored).performer ?? []]
  return authors.some((who) => who?.reference === `Practitioner/${practitioner}`)
}

const diagnosesOf = (content: readonly StoredVersion[]): string[] =>
  content.filter(({ type, body }) => type === 'Condition' && !body.includes('"entered-in-error"')).flatMap((stored) => toTyped<Condition>(stored).code?.text ?? [])

interface Found { readonly visit: StoredVersion; readonly content: readonly StoredVersion[]; readonly draft: Omit<Draft, 'body'> | undefined }

const toRow = async (deps: WaitingDeps, { visit, content, draft }: Found, patient: StoredVersion): Promise<WaitingVisit> => {
  const encounter = toTyped<Encounter>(visit), person = toTyped<Patient>(patient)
  const department = idOfReference(encounter.serviceProvider?.reference, 'Organization') ?? ''
  const day = dayIn(new Date(encounter.period?.start ?? deps.clock.now()), deps.timeZone)
  const stored = [visit, ...content].map((each) => ({ key: { type: each.type, id: each.id }, version: each.version, resource: parseJsonObject(each.body) }))
  const gaps = findStoredGaps({ patient: parseJsonObject(patient.body), encounter: parseJsonObject(visit.body), stored, day })
  return {
    encounter: visit.id, patient: patient.id, name: displayName(person), number: queueNumberOf(encounter), departmentName: (await deps.hospital.department(department))?.name ?? '',
    arrived: encounter.period?.start ?? visit.lastUpdated, diagnoses: diagnosesOf(content), gaps: gaps.map(({ message, expression }) => ({ message, ...(expression !== undefined && { expression }) })),
    ...(person.birthDate !== undefined && { birthDate: person.birthDate }), ...(person.gender !== undefined && { gender: person.gender }),
    ...(draft && { draft: { updatedAt: draft.updatedAt, ...(draft.device !== undefined && { device: draft.device }) } }),
  }
}

interface Waiting { readonly found: readonly Found[]; /** There are more than these, or they were not all looked for. */ readonly more: boolean }

const findWaiting = async (deps: WaitingDeps, caller: Caller, { account, practitioner }: Person, { sort, pages }: Walk): Promise<Waiting> => {
  const drafts = new Map((await deps.drafts.list(account)).map((draft) => [draft.key, draft]))
  const found: Found[] = []
  let cursor: string | undefined
  for (let page = 0; page < pages; page += 1) {
    const { matches = [], next } = await openEncounters(deps, caller, sort, cursor) ?? {}
    const content = await contentOf(deps, caller, matches)
    found.push(...matches.map((visit): Found => ({ visit, content: content.get(visit.id) ?? [], draft: drafts.get(visitDraftKey(visit.id)) }))
      .filter((each) => each.draft !== undefined || each.content.some((stored) => practitioner !== null && isBy(stored, practitioner))))
    cursor = next
    if (found.length > MOST || cursor === undefined) break
  }
  return { found: found.slice(0, MOST), more: found.length > MOST || cursor !== undefined }
}

/** Oldest first. */
export const readWaitingVisits = async (deps: WaitingDeps, caller: Caller, person: Person): Promise<{ readonly visits: readonly WaitingVisit[]; readonly more: boolean }> => {
  const { found, more } = await findWaiting(deps, caller, person, LIST)
  if (found.length === 0) return { visits: [], more }
  const ids = [...new Set(found.flatMap(({ visit }) => visit.patient ?? []))]
  const patients = new Map((await search(deps, caller, 'Patient', [['_id', ids.join(',')], ['_count', '1000']])).map((stored) => [stored.id, stored]))
  const visits = await Promise.all(found.flatMap((each) => {
    const patient = patients.get(each.visit.patient ?? '')
    return patient === undefined ? [] : [toRow(deps, each, patient)]
  }))
  return { visits, more }
}

/** How many among the newest, and whether there are others that were not looked at. Nothing of a patient. */
export const countWaitingVisits = async (deps: WaitingDeps, caller: Caller, person: Person): Promise<{ readonly count: number; readonly more: boolean }> => {
  const { found, more } = await findWaiting(deps, caller, person, MENU)
  return { count: found.length, more }
}

/** The queue of a clinic on a day: who has come, in order of number, what a doctor should know before opening the visit. */
import type { AllergyIntolerance, Encounter, Observation, Patient } from '@medplum/fhirtypes'
import { z } from 'zod'
import { allergyKind } from '../model/allergy.ts'
import { addDays, dayIn, isDay } from '../model/day.ts'
import { outcome } from '../model/outcome.ts'
import type { Drafts } from '../model/people.ts'
import type { AuditLog, Caller, Clock, ResourceStore } from '../model/ports.ts'
import { displayName } from '../model/person-facts.ts'
import { ID_PATTERN, toTyped, type StoredVersion } from '../model/resource.ts'
import type { QueueRow } from '../model/site.ts'
import { EXTENSION, LOINC } from '../model/systems.ts'
import { mayAct, narrow, narrowToAction, rolesFor } from '../security/policy.ts'
import { accountOf } from './drafts.ts'
import { parseInput, queryObject } from './input.ts'
import { idOfReference, queueNumberOf } from './registration-encounter.ts'
import { json, type GuardedRequest, type Route } from './route.ts'

export interface QueueDeps {
  readonly store: ResourceStore
  readonly audit: AuditLog
  readonly drafts: Drafts
  readonly clock: Clock
  readonly timeZone: string
}

/** Where the visit sheet keeps its draft. */
export const visitDraftKey = (encounter: string): string => `visit-${encounter}`

const Query = z.object({ department: z.string().regex(ID_PATTERN), day: z.string().refine(isDay, 'a day, YYYY-MM-DD').optional() })
const PAGE = 200
const MOST_PAGES = 10

/** Encounters of the department that began on the day. A visit that was never closed lasts until today, so the day of its beginning decides. */
export const arrivalsOf = async (deps: Pick<QueueDeps, 'store' | 'timeZone'>, caller: Caller, department: string, day: string): Promise<StoredVersion[]> => {
  const found: StoredVersion[] = []
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { matches, next } = await deps.store.search(caller, {
      type: 'Encounter', strict: true,
      parameters: [
        ['service-provider', `Organization/${department}`], ['date', `ge${day}`], ['date', `lt${addDays(day, 1)}`], ['_sort', '-date'], ['_count', String(PAGE)],
        ...(cursor === undefined ? [] : [['_cursor', cursor] as const]),
      ],
    })
    const days = matches.map((stored) => [stored, beganOn(toTyped<Encounter>(stored), deps.timeZone)] as const)
    found.push(...days.filter(([, began]) => began === day).map(([stored]) => stored))
    if (next === undefined || days.some(([, began]) => began < day)) break
    cursor = next
  }
  return found
}

const beganOn = (encounter: Encounter, timeZone: string): string => {
  const start = encounter.period?.start
  return start === undefined ? '' : start.length === 10 ? start : dayIn(new Date(start), timeZone)
}

const searchAll = async (store: ResourceStore, caller: Caller, type: string, parameters: readonly (readonly [string, string])[]): Promise<readonly StoredVersion[]> =>
  (await store.search(caller, { type, parameters: [...parameters, ['_count', '1000']], strict: true })).matches

const SEEN = [LOINC.bloodPressure.code, LOINC.pulse.code, LOINC.temperature.code, LOINC.weight.code].join(',')

/** Encounters with vital signs and patients with allergies: for those who may read them, in two questions for the whole queue. */
const flagsOf = async (deps: QueueDeps, given: Caller, department: string, encounters: readonly StoredVersion[]): Promise<{ vitals: Set<string>; allergies: Set<string> }> => {
  const nothing = { vitals: new Set<string>(), allergies: new Set<string>() }
  if (encounters.length === 0 || !mayAct(given.actor, 'visit.open', department)) return nothing
  const [observations, allergies] = await Promise.all([
    searchAll(deps.store, narrow(given, 'search-type', 'Observation'), 'Observation', [['encounter', encounters.map((stored) => `Encounter/${stored.id}`).join(',')], ['code', SEEN]]),
    searchAll(deps.store, narrow(given, 'search-type', 'AllergyIntolerance'), 'AllergyIntolerance', [['patient', [...new Set(encounters.flatMap((stored) => stored.patient ?? []))].join(',')]]),
  ])
  return {
    vitals: new Set(observations.flatMap((stored) => idOfReference(toTyped<Observation>(stored).encounter?.reference, 'Encounter') ?? [])),
    allergies: new Set(allergies.filter((stored) => allergyKind(toTyped<AllergyIntolerance>(stored)) === 'known').flatMap((stored) => stored.patient ?? [])),
  }
}

const STATUS: Readonly<Record<string, QueueRow['status']>> = { planned: 'waiting', arrived: 'waiting', triaged: 'waiting', 'in-progress': 'in-progress', onleave: 'in-progress', finished: 'signed' }

const militaryPart = (patient: Patient, name: string): string | undefined => {
  const coding = patient.extension?.find((extension) => extension.url === EXTENSION.military)?.extension?.find((part) => part.url === name)?.valueCoding
  return coding?.display ?? coding?.code
}

const toRow = (stored: StoredVersion, patient: Patient, flags: Pick<QueueRow, 'hasVitals' | 'hasAllergies' | 'hasDraft'>): QueueRow | undefined => {
  const encounter = toTyped<Encounter>(stored)
  const status = STATUS[encounter.status]
  if (status === undefined) return undefined
  const rank = militaryPart(patient, 'rank'), category = militaryPart(patient, 'category')
  const reason = encounter.reasonCode?.[0]?.text
  return {
    encounter: stored.id, patient: stored.patient ?? '', number: queueNumberOf(encounter), name: displayName(patient), status, arrived: encounter.period?.start ?? stored.lastUpdated,
    ...(patient.birthDate === undefined ? {} : { birthDate: patient.birthDate }),
    ...(patient.gender === undefined ? {} : { gender: patient.gender }),
    ...(rank === undefined ? {} : { rank }),
    ...(category === undefined ? {} : { category }),
    ...(reason === undefined ? {} : { reason }),
    ...flags,
  }
}

/** GET /api/queue?department=&day= -> QueueRow[] in order of number. */
export const queueRoutes = (deps: QueueDeps): Route[] => [{
  method: 'GET', url: '/api/queue', site: 'hospital', access: { roles: rolesFor('queue.read') },
  handler: async (request: GuardedRequest) => {
    const query = parseInput(Query, queryObject(request))
    const day = query.day ?? dayIn(deps.clock.now(), deps.timeZone)
    const caller = narrowToAction(request.caller, 'queue.read')
    if (!mayAct(caller.actor, 'queue.read', query.department)) {
      await deps.audit.record(caller, { action: 'R', interaction: 'queue', detail: query.department, outcome: 'refused' })
      throw outcome('forbidden', { expression: 'department' })
    }
    const arrivals = await arrivalsOf(deps, narrow(caller, 'search-type', 'Encounter'), query.department, day)
    const ids = [...new Set(arrivals.flatMap((stored) => stored.patient ?? []))]
    const [patients, flags, drafts] = await Promise.all([
      ids.length === 0 ? [] : searchAll(deps.store, caller, 'Patient', [['_id', ids.join(',')]]),
      flagsOf(deps, request.caller, query.department, arrivals),
      deps.drafts.list(accountOf(caller)),
    ])
    const people = new Map(patients.map((stored) => [stored.id, toTyped<Patient>(stored)]))
    const keys = new Set(drafts.map((draft) => draft.key))
    const rows = arrivals.flatMap((stored) => {
      const patient = people.get(stored.patient ?? '')
      if (patient === undefined) return []
      return toRow(stored, patient, { hasVitals: flags.vitals.has(stored.id), hasAllergies: flags.allergies.has(stored.patient ?? ''), hasDraft: keys.has(visitDraftKey(stored.id)) }) ?? []
    })
    await deps.audit.record(caller, { action: 'R', interaction: 'queue', detail: `${query.department} ${day} -> ${rows.length}`, outcome: 'success' })
    return json(200, rows.toSorted((a, b) => a.number - b.number || a.arrived.localeCompare(b.arrived)))
  },
}]

/**
 * The results that a doctor has not looked at yet: of one's own orders, and for a head of department those of the department. Each is a Task (http://hl7.org/fhir/R4/task.html) that the release of the result
 * made in the same transaction, so that none can be missing; looking ends it. Persons reach no Task by FHIR: this is the only way to end one.
 */
import { z } from 'zod'
import type { Encounter, Patient } from '@medplum/fhirtypes'
import { acknowledgeTask } from '../laboratory/build-report.ts'
import { isImaging, isReleased, isReturned, resultIds, severityCode, toLine } from '../laboratory/read-result.ts'
import { instantIn, addDays, dayIn } from '../model/day.ts'
import { parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { displayName } from '../model/person-facts.ts'
import type { Caller, Clock } from '../model/ports.ts'
import { ID_PATTERN, toTyped, type StoredVersion } from '../model/resource.ts'
import type { InboxRow, ResultsInbox, WaitingResults } from '../model/results.ts'
import { CODE_SYSTEM, SID } from '../model/systems.ts'
import { mayAct, rolesFor } from '../security/policy.ts'
import { parseInput, queryValue, requireParam } from './input.ts'
import { idOfReference } from './registration-encounter.ts'
import { empty, json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { ownCaller, requirePerson } from './visit-access.ts'
import { makerOf } from './work-list.ts'
import { readMany, searchOwn, type Pairs, type WorkDeps } from './work-orders.ts'

export interface InboxDeps extends WorkDeps { readonly clock: Clock; readonly timeZone: string }

const Acknowledge = z.object({ version: z.number().int().min(1), reportVersion: z.number().int().min(1), looked: z.boolean() })
const ORDER = { critical: 0, abnormal: 1, normal: 2 } as const
/** Days in which what was looked at still stands in the list. */
const DONE_DAYS = 2

/** The most that is asked and shown; critical ones come first, so that what is left out is the least urgent. */
const MOST = 600
/** Of the tasks of critical, abnormal and normal results (build-report.ts). */
const PRIORITIES = ['stat', 'urgent', 'routine'] as const

/** Departments whose head the person is; null among them means all. */
const headOf = (caller: Caller): (string | null)[] => requirePerson(caller).grants.flatMap(({ role, department }) => (role === 'head' ? [department] : []))

/** Whose tasks: those of the doctor, and of a head those of the departments, also where nobody owns them. */
const scopesOf = (caller: Caller): Pairs[] => {
  const { practitioner } = requirePerson(caller)
  const departments = headOf(caller)
  if (departments.includes(null)) return [[]]
  return [
    ...(practitioner === null ? [] : [[['owner', `Practitioner/${practitioner}`]] as Pairs]),
    ...(departments.length === 0 ? [] : [[['group-identifier', departments.map((id) => `${SID.department}|${id ?? ''}`).join(',')]] as Pairs]),
  ]
}

interface Found { readonly tasks: readonly StoredVersion[]; /** More than are asked for. */ readonly more: boolean }

const findTasks = async (deps: InboxDeps, caller: Caller, asked: Pairs, most: number): Promise<Found> => {
  const found = new Map<string, StoredVersion>()
  let more = false
  for (const priority of PRIORITIES) {
    const left = most - found.size
    if (left <= 0) return { tasks: [...found.values()], more: true }
    const pages = await Promise.all(scopesOf(caller).map((scope) => searchOwn(deps, caller, 'Task', [...scope, ['code', `${CODE_SYSTEM.task}|acknowledge-result`], ['priority', priority], ...asked, ['_sort', '-modified']], left)))
    for (const task of pages.flatMap(({ matches }) => matches)) found.set(task.id, task)
    more ||= pages.some((page) => page.more)
  }
  return { tasks: [...found.values()], more }
}

const doneOf = (task: JsonObject): InboxRow['done'] => {
  const by = stringAt(task, 'output', 0, 'valueReference', 'display')
  return by === undefined ? undefined : { by, at: stringAt(task, 'executionPeriod', 'end') ?? '' }
}

/** Its report or its patient is not there: it stands in the list and says so, as it waits all the same. */
const unreadable = (task: StoredVersion, body: JsonObject): InboxRow => {
  const done = doneOf(body)
  return {
    task: task.id, version: task.version, report: '', reportVersion: 0, patient: '', encounter: '', number: '', name: '', test: '', severity: severityCode(body), amended: false,
    issued: stringAt(body, 'lastModified') ?? task.lastUpdated, doctor: '', signed: false, lines: [], conclusion: '', unreadable: true, ...(done && { done }),
  }
}

/** Given back and taken in once more: what stands in it is not validated, and nobody has anything to look at. */
const isAwaited = (report: JsonObject): boolean => !isReleased(report) && !isReturned(report)

const toInbox = async (deps: InboxDeps, caller: Caller, stored: readonly StoredVersion[]): Promise<InboxRow[]> => {
  const tasks = stored.map((task) => ({ task, body: parseJsonObject(task.body) }))
  const idIn = (body: JsonObject, member: string, type: string): string => idOfReference(stringAt(body, member, 'reference'), type) ?? ''
  const [reports, patients, encounters] = await Promise.all([
    readMany(deps, caller, 'DiagnosticReport', tasks.map(({ body }) => idIn(body, 'focus', 'DiagnosticReport'))), readMany(deps, caller, 'Patient', tasks.map(({ body }) => idIn(body, 'for', 'Patient'))),
    readMany(deps, caller, 'Encounter', tasks.map(({ body }) => idIn(body, 'encounter', 'Encounter'))),
  ])
  const values = await readMany(deps, caller, 'Observation', [...reports.values()].map(({ body }) => parseJsonObject(body)).flatMap((report) => (isAwaited(report) ? [] : resultIds(report))))
  const doctors = await readMany(deps, caller, 'Practitioner', tasks.map(({ body }) => idIn(body, 'owner', 'Practitioner')))
  return tasks.flatMap(({ task, body }): InboxRow[] => {
    const [report, person] = [reports.get(idIn(body, 'focus', 'DiagnosticReport')), patients.get(idIn(body, 'for', 'Patient'))]
    if (report === undefined || person === undefined) return [unreadable(task, body)]
    const [said, patient] = [parseJsonObject(report.body), toTyped<Patient>(person)]
    const encounter = encounters.get(idIn(body, 'encounter', 'Encounter'))
    const doctor = doctors.get(idIn(body, 'owner', 'Practitioner'))
    const done = doneOf(body)
    return [{
      task: task.id, version: task.version, report: report.id, reportVersion: report.version, patient: person.id, encounter: encounter?.id ?? '', number: patient.identifier?.find(({ system }) => system === SID.patient)?.value ?? '',
      name: displayName(patient), ...(patient.birthDate !== undefined && { birthDate: patient.birthDate }), ...(patient.gender !== undefined && { gender: patient.gender }),
      test: stringAt(said, 'code', 'text') ?? '', severity: severityCode(body), amended: stringAt(said, 'status') === 'amended', issued: stringAt(said, 'issued') ?? report.lastUpdated,
      doctor: (doctor && stringAt(parseJsonObject(doctor.body), 'name', 0, 'text')) ?? '', signed: encounter !== undefined && toTyped<Encounter>(encounter).status === 'finished',
      lines: resultIds(said).flatMap((id) => { const value = values.get(id); return value === undefined || value.patient !== person.id ? [] : [toLine(parseJsonObject(value.body))] }), conclusion: isAwaited(said) ? '' : stringAt(said, 'conclusion') ?? '',
      ...(isReturned(said) && { returned: true as const }), ...(isAwaited(said) && { waits: true as const }), ...(isImaging(said) && { imaging: true as const }), ...(done && { done }),
    }]
  }).toSorted((a, b) => Number(a.done !== undefined) - Number(b.done !== undefined) || ORDER[a.severity] - ORDER[b.severity] || b.issued.localeCompare(a.issued))
}

/** GET /api/results/inbox ; GET /api/results/waiting ; POST /api/results/:task/acknowledge */
export const resultInboxRoutes = (deps: InboxDeps): Route[] => {
  const list = async (request: GuardedRequest): Promise<Reply> => {
    const since = addDays(dayIn(deps.clock.now(), deps.timeZone), 1 - DONE_DAYS)
    const waits = await findTasks(deps, request.caller, [['status', 'requested']], MOST)
    const done = queryValue(request, 'done') === '1' ? await findTasks(deps, request.caller, [['status', 'completed'], ['modified', `ge${since}`]], MOST) : { tasks: [], more: false }
    const rows = await toInbox(deps, request.caller, [...waits.tasks, ...done.tasks])
    await deps.audit.record(request.caller, { action: 'R', interaction: 'results-inbox', detail: `-> ${rows.length}`, outcome: 'success' })
    return json(200, { rows, more: waits.more || done.more } satisfies ResultsInbox)
  }

  /** A number for the menu; nothing of a patient. */
  const waiting = async (request: GuardedRequest): Promise<Reply> => {
    const { tasks, more } = await findTasks(deps, request.caller, [['status', 'requested']], MOST)
    return json(200, { count: tasks.length, critical: tasks.filter(({ body }) => severityCode(parseJsonObject(body)) === 'critical').length, more } satisfies WaitingResults)
  }

  const requireMine = async (request: GuardedRequest): Promise<{ stored: StoredVersion; task: JsonObject; patient: string }> => {
    const id = requireParam(request, 'task')
    const stored = ID_PATTERN.test(id) ? await deps.store.read(ownCaller(request.caller), { type: 'Task', id }) : undefined
    const task = stored === undefined || stored.deleted ? undefined : parseJsonObject(stored.body)
    if (stored === undefined || task === undefined || stringAt(task, 'code', 'coding', 0, 'code') !== 'acknowledge-result') throw outcome('not-found')
    const patient = idOfReference(stringAt(task, 'for', 'reference'), 'Patient') ?? ''
    const { practitioner } = requirePerson(request.caller)
    const owned = practitioner !== null && stringAt(task, 'owner', 'reference') === `Practitioner/${practitioner}`
    const departments = headOf(request.caller)
    if ((owned || departments.includes(null) || departments.includes(stringAt(task, 'groupIdentifier', 'value') ?? '')) && mayAct(request.caller.actor, 'results.acknowledge')) return { stored, task, patient }
    await deps.audit.record(request.caller, { action: 'U', interaction: 'result-acknowledge', type: 'Task', id, patient, outcome: 'refused', detail: 'forbidden' })
    throw outcome('forbidden')
  }

  /** Looked at is what stands in the version that was shown: a result that was corrected meanwhile is looked at again. */
  const acknowledge = async (request: GuardedRequest): Promise<Reply> => {
    const input = parseInput(Acknowledge, request.plain())
    const { stored, task, patient } = await requireMine(request)
    if (severityCode(task) !== 'normal' && !input.looked) throw outcome('second-look-needed')
    if (stringAt(task, 'status') !== 'requested') throw outcome('version-conflict', { expected: input.version, found: stored.version })
    const report = idOfReference(stringAt(task, 'focus', 'reference'), 'DiagnosticReport') ?? ''
    const at = instantIn(deps.clock.now(), deps.timeZone)
    await deps.store.transact(request.caller, async (tx) => {
      const now = await tx.read({ type: 'DiagnosticReport', id: report })
      if (now?.version !== input.reportVersion) throw outcome('version-conflict', { expression: `DiagnosticReport/${report}`, expected: input.reportVersion, found: now?.version })
      if (isAwaited(parseJsonObject(now.body))) throw outcome('bad-request', { expression: `DiagnosticReport/${report}`, diagnostics: 'It is not released yet.' })
      await tx.write([{ op: 'update', key: { type: 'Task', id: stored.id }, resource: acknowledgeTask(task, makerOf(request.caller), at), expected: input.version }])
      await tx.audit({ action: 'E', interaction: 'result-acknowledge', type: 'DiagnosticReport', id: report, version: input.reportVersion, patient, outcome: 'success' })
    })
    return empty()
  }

  const doctors = { site: 'hospital', access: { roles: rolesFor('results.acknowledge') } } as const
  return [
    { method: 'GET', url: '/api/results/inbox', ...doctors, handler: list },
    { method: 'GET', url: '/api/results/waiting', ...doctors, handler: waiting },
    { method: 'POST', url: '/api/results/:task/acknowledge', ...doctors, handler: acknowledge },
  ]
}

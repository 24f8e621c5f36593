/** Patients of the demo with their allergies and past visits, and today's queue, through the store and the registration that reception uses. */
import { arrivalsOf } from '#api/http/queue.ts'
import { CARE_DAYS, register, type RegisterDeps } from '#api/http/register.ts'
import { addDays, dayIn, instantIn } from '#api/model/day.ts'
import { objectFromPlain, parseJsonObject, stringAt } from '#api/model/json.ts'
import { Outcome } from '#api/model/outcome.ts'
import type { Caller, Terminology, Write } from '#api/model/ports.ts'
import { SID } from '#api/model/systems.ts'
import { CLINIC, STAFF } from './demo-hospital.ts'
import { createCoder, toAllergies, toPatient } from './demo-patient-resource.ts'
import type { DemoPatient } from './demo-patients.ts'
import { buildPastVisit } from './demo-visit.ts'
import { nameOnForms } from '#api/model/people.ts'

const DOCTOR = STAFF.find((person) => person.login === 'bacsi')

/** An instant of that day at this time in the site's time zone. */
const instantAt = (day: string, time: string, timeZone: string): Date => {
  const guess = new Date(`${day}T${time}:00Z`)
  const offset = instantIn(guess, timeZone).slice(-6)
  return new Date(`${day}T${time}:00${offset}`)
}

/** One transaction for each patient that is not there yet; answers how many were made. */
export const seedPatients = async (deps: RegisterDeps & { readonly terminology: Terminology }, caller: Caller, patients: readonly DemoPatient[]): Promise<number> => {
  const today = dayIn(deps.clock.now(), deps.timeZone)
  const department = await deps.hospital.department(CLINIC)
  let made = 0
  for (const [number, person] of patients.entries()) {
    if (department === undefined || DOCTOR?.practitioner === undefined) break
    const stored = await deps.store.read(caller, { type: 'Patient', id: person.id })
    if (stored !== undefined) continue
    const patient = await toPatient(person, createCoder(deps.terminology, today))
    const doctor = { id: DOCTOR.practitioner, name: nameOnForms(DOCTOR) }
    const visits = await Promise.all(person.visits.map(async (visit, at) => {
      const day = addDays(today, -visit.daysAgo)
      const start = instantAt(day, `0${8 + (number % 2)}:${10 + number * 3}`, deps.timeZone)
      const frame = {
        id: `${person.id}-kham-${at + 1}`, visitCode: `${deps.tenant}-${day.replaceAll('-', '')}-9${String(number * 10 + at).padStart(3, '0')}`, day, department, doctor,
        start: instantIn(start, deps.timeZone), end: instantIn(new Date(start.getTime() + 25 * 60_000), deps.timeZone),
      }
      return buildPastVisit(person, visit, frame, createCoder(deps.terminology, day), deps.terminology)
    }))
    const resources = [...toAllergies(person, today), ...visits.flat()].map((resource) => objectFromPlain(resource))
    await deps.store.transact(caller, async (tx) => {
      const record = `${deps.tenant}-${String(await tx.nextNumber('patient')).padStart(7, '0')}`
      const numbered = objectFromPlain({ ...patient, identifier: [{ system: SID.patient, value: record }, ...(patient.identifier ?? [])] })
      await tx.write([numbered, ...resources].map((resource): Write => ({
        op: 'create', key: { type: stringAt(resource, 'resourceType') ?? '', id: stringAt(resource, 'id') ?? '' }, resource,
      })))
      if (visits.length > 0) await tx.relate({ patient: person.id, department: department.id, account: null, kind: 'encounter', until: new Date(deps.clock.now().getTime() + CARE_DAYS * 86_400_000).toISOString() })
    })
    made += 1
  }
  return made
}

const WAITING: ReadonlySet<string> = new Set(['planned', 'arrived', 'triaged'])
const DAILY = 4

/** When nobody waits today, some of those who have come before come again, so that a doctor who tries the demo has work at once. Answers how many. */
export const refillQueue = async (deps: RegisterDeps, caller: Caller, patients: readonly DemoPatient[]): Promise<number> => {
  const today = dayIn(deps.clock.now(), deps.timeZone)
  if ((await deps.hospital.department(CLINIC))?.active !== true) return 0
  const arrivals = await arrivalsOf(deps, caller, CLINIC, today)
  if (arrivals.some((stored) => WAITING.has(stringAt(parseJsonObject(stored.body), 'status') ?? ''))) return 0
  let made = 0
  for (const person of patients.filter(({ waiting }) => waiting !== undefined)) {
    if (made === DAILY) break
    const stored = await deps.store.read(caller, { type: 'Patient', id: person.id })
    if (stored === undefined || stored.deleted) continue
    try {
      await register(deps, caller, {
        patient: parseJsonObject(stored.body), patientVersion: stored.version, department: CLINIC, reason: person.waiting, requestId: `demo-queue-${person.id}-${today}-${arrivals.length}`,
      })
      made += 1
    } catch (error) {
      // whoever tries the demo may have changed this patient into one that reception would send back: the start does not fail for that
      if (!(error instanceof Outcome)) throw error
    }
  }
  return made
}

/** Those who wait are registered as reception does it; sent again, the same form changes nothing. */
export const seedQueue = async (deps: RegisterDeps, caller: Caller, patients: readonly DemoPatient[]): Promise<number> => {
  const waiting = patients.filter((person) => person.waiting !== undefined)
  for (const person of waiting) {
    const stored = await deps.store.read(caller, { type: 'Patient', id: person.id })
    if (stored === undefined) continue
    await register(deps, caller, { patient: parseJsonObject(stored.body), patientVersion: stored.version, department: CLINIC, reason: person.waiting, requestId: `demo-queue-${person.id}-first-start` })
  }
  return waiting.length
}

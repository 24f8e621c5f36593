/** Reception: registering a person for a clinic, and the slip with the queue number. */
import type { Encounter, Patient } from '@medplum/fhirtypes'
import { z } from 'zod'
import { JsonObject, valueAt } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Printer } from '../model/ports.ts'
import { ID_PATTERN, toTyped } from '../model/resource.ts'
import { mayAct, narrowToAction, rolesFor } from '../security/policy.ts'
import { parseInput, requireParam } from './input.ts'
import { register, type RegisterDeps } from './register.ts'
import { idOfReference, queueNumberOf } from './registration-encounter.ts'
import { bytes, json, type GuardedRequest, type Route } from './route.ts'
import { line } from './text.ts'

export interface RegistrationDeps extends RegisterDeps { readonly printer: Pick<Printer, 'queueSlip'> }

const Input = z.object({
  patientVersion: z.number().int().min(1).optional(),
  department: z.string().regex(ID_PATTERN),
  reason: line(2000).optional(),
  requestId: z.string().regex(/^[A-Za-z0-9-]{16,64}$/, 'a random key of 16 to 64 letters, digits and hyphens'),
})

/** POST /api/registrations {patient, patientVersion?, department, reason?, requestId} -> RegistrationResult ; GET /api/registrations/:encounter/slip (application/pdf). */
export const registrationRoutes = (deps: RegistrationDeps): Route[] => [
  {
    method: 'POST', url: '/api/registrations', site: 'hospital', access: { roles: rolesFor('patient.register') },
    handler: async (request: GuardedRequest) => {
      const patient = valueAt(request.json(), 'patient')
      if (!(patient instanceof JsonObject)) throw outcome('bad-request', { expression: 'patient', diagnostics: 'A FHIR Patient is needed.' })
      const input = parseInput(Input, request.plain())
      return json(201, await register(deps, request.caller, { patient, patientVersion: input.patientVersion, department: input.department, reason: input.reason, requestId: input.requestId }))
    },
  },
  {
    method: 'GET', url: '/api/registrations/:encounter/slip', site: 'hospital', access: { roles: rolesFor('queue.read') },
    handler: async (request: GuardedRequest) => {
      const caller = narrowToAction(request.caller, 'queue.read')
      const stored = await deps.store.read(caller, { type: 'Encounter', id: requireParam(request, 'encounter') })
      if (stored === undefined || stored.deleted) throw outcome('not-found')
      const encounter = toTyped<Encounter>(stored)
      const department = idOfReference(encounter.serviceProvider?.reference, 'Organization')
      if (department === undefined || !mayAct(caller.actor, 'queue.read', department)) {
        await deps.audit.record(caller, { action: 'R', interaction: 'queue-slip', type: 'Encounter', id: stored.id, outcome: 'refused', detail: 'forbidden', ...(stored.patient !== undefined && { patient: stored.patient }) })
        throw outcome('not-found')
      }
      const patient = stored.patient === undefined ? undefined : await deps.store.read(caller, { type: 'Patient', id: stored.patient })
      if (patient === undefined || patient.deleted) throw outcome('not-found')
      const person = toTyped<Patient>(patient)
      await deps.audit.record(caller, { action: 'R', interaction: 'queue-slip', type: 'Encounter', id: stored.id, patient: patient.id, outcome: 'success' })
      const pdf = await deps.printer.queueSlip({
        hospital: (await deps.hospital.profile())?.name ?? '', department: (await deps.hospital.department(department))?.name ?? '',
        number: queueNumberOf(encounter), patient: person.name?.[0]?.text ?? '', birthDate: person.birthDate ?? '', at: new Date(encounter.period?.start ?? stored.lastUpdated),
      })
      return bytes(pdf, 'application/pdf', { 'content-disposition': `inline; filename="so-thu-tu-${queueNumberOf(encounter)}.pdf"` })
    },
  },
]

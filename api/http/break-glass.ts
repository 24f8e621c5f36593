/** Opening a record in an emergency without a care relation: a typed reason, four hours, on record for review (purpose BTG of http://terminology.hl7.org/CodeSystem/v3-ActReason). */
import { z } from 'zod'
import { outcome } from '../model/outcome.ts'
import type { CareRelations, Clock, ResourceStore } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import { narrow, rolesFor } from '../security/policy.ts'
import { parseInput } from './input.ts'
import { json, type GuardedRequest, type Route } from './route.ts'
import { line } from './text.ts'

export interface BreakGlassDeps { readonly care: CareRelations; readonly store: ResourceStore; readonly clock: Clock }

export const BREAK_GLASS_MS = 4 * 3_600_000

const Input = z.object({
  patient: z.string().regex(ID_PATTERN),
  reason: line(500).refine((reason) => reason.length >= 10 && new Set(reason.replace(/\s/g, '')).size >= 4, 'a reason in words, 10 characters at least'),
})

/** POST /api/break-glass {patient, reason} -> {until} */
export const breakGlassRoutes = ({ care, store, clock }: BreakGlassDeps): Route[] => [{
  method: 'POST', url: '/api/break-glass', site: 'hospital', access: { roles: rolesFor('break-glass') },
  handler: async (request: GuardedRequest) => {
    const { patient, reason } = parseInput(Input, request.plain())
    const found = await store.read(narrow(request.caller, 'read', 'Patient'), { type: 'Patient', id: patient })
    if (found === undefined || found.deleted) throw outcome('not-found', { expression: 'patient' })
    const until = new Date(clock.now().getTime() + BREAK_GLASS_MS).toISOString()
    await care.breakGlass(request.caller, patient, reason, until)
    return json(200, { until })
  },
}]

/**
 * What a person read on their PC while the server was out of reach: the PC has it from an earlier, audited answer and says afterwards that it was shown again. Each reading becomes an audit row of
 * its own kind, with the time that the PC says and the age of what was shown, so that an auditor tells it from a reading that the server itself answered. A report whose answer was lost comes
 * again: two rows that say the same time are one reading.
 */
import { z } from 'zod'
import type { AuditLog, Caller, ResourceStore } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import { parseInput } from './input.ts'
import { empty, type Route } from './route.ts'
import { ownCaller } from './visit-access.ts'

export interface OfflineReadingDeps { readonly store: Pick<ResourceStore, 'read'>; readonly audit: AuditLog }

const KINDS = { visit: 'Encounter', results: 'Encounter', chart: 'Patient', timeline: 'Patient', series: 'Patient', documents: 'Patient', queue: 'Organization' } as const
const Instant = z.iso.datetime()
const Reading = z.strictObject({ what: z.enum(['visit', 'results', 'chart', 'timeline', 'series', 'documents', 'queue']), id: z.string().regex(ID_PATTERN), at: Instant, copyAt: Instant })
const Report = z.strictObject({ readings: z.array(Reading).min(1).max(200) })

/** POST /api/offline-readings {readings: [{what, id, at, copyAt}]} -> 204 when all are on record. */
export const offlineReadingRoutes = ({ store, audit }: OfflineReadingDeps): Route[] => {
  const patientOf = async (caller: Caller, type: string, id: string): Promise<string | undefined> =>
    (type === 'Patient' ? id : type === 'Encounter' ? (await store.read(ownCaller(caller), { type, id }))?.patient : undefined)
  return [{
    // whoever has lost the right to read since then reports all the more
    method: 'POST', url: '/api/offline-readings', site: 'hospital', access: 'session',
    handler: async (request) => {
      const { readings } = parseInput(Report, request.plain())
      await Promise.all(readings.map(async ({ what, id, at, copyAt }) => {
        const type = KINDS[what]
        const patient = await patientOf(request.caller, type, id)
        await audit.record(request.caller, { action: 'R', interaction: 'offline-reading', type, id, ...(patient && { patient }), outcome: 'success', detail: `${what} ${at} ${copyAt}` })
      }))
      return empty()
    },
  }]
}

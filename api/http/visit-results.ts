/**
 * Results of the patient beside the visit sheet: asked for on its own, so that the sheet does not wait for it. What a laboratory has not released says that it waits, and no value of it; a first reading of
 * imaging is marked as such.
 */
import { isImaging, isReleased, isReturned, resultIds, stateOf, toLine } from '../laboratory/read-result.ts'
import { parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import type { VisitResult } from '../model/results.ts'
import { narrow, rolesFor } from '../security/policy.ts'
import { requireParam } from './input.ts'
import { json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { openVisit, type VisitAccessDeps } from './visit-access.ts'
import { readMany } from './work-orders.ts'

const SHOWN = 40

const isShown = (report: JsonObject): boolean => isReleased(report) || isReturned(report) || isImaging(report)

/** GET /api/visits/:encounter/results -> VisitResult[], newest first. */
export const visitResultRoutes = (deps: VisitAccessDeps): Route[] => [{
  method: 'GET', url: '/api/visits/:encounter/results', site: 'hospital', access: { roles: rolesFor('visit.open') },
  handler: async (request: GuardedRequest): Promise<Reply> => {
    const visit = await openVisit(deps, request.caller, requireParam(request, 'encounter'))
    await deps.gate.require(request.caller, [{ interaction: 'search-type', type: 'DiagnosticReport', patient: visit.patient }, { interaction: 'search-type', type: 'Observation', patient: visit.patient }])
    const { matches } = await deps.store.search(narrow(request.caller, 'search-type', 'DiagnosticReport'), {
      type: 'DiagnosticReport', strict: true, parameters: [['patient', `Patient/${visit.patient}`], ['status', 'preliminary,partial,final,amended,corrected,appended,cancelled'], ['_sort', '-date'], ['_count', String(SHOWN)]],
    })
    const reports = matches.map((stored) => ({ stored, body: parseJsonObject(stored.body) })).filter(({ body }) => isReleased(body) || isReturned(body) || stateOf(body) === 'preliminary')
    const values = await readMany(deps, request.caller, 'Observation', reports.flatMap(({ body }) => (isShown(body) ? resultIds(body) : [])))
    const rows = reports.map(({ stored, body }): VisitResult => {
      const status = stringAt(body, 'status')
      return {
        report: stored.id, ofVisit: stringAt(body, 'encounter', 'reference') === `Encounter/${visit.stored.id}`, test: stringAt(body, 'code', 'text') ?? '', at: stringAt(body, 'issued') ?? stringAt(body, 'effectiveDateTime') ?? '',
        status: isReturned(body) ? 'cancelled' : !isReleased(body) ? 'preliminary' : status === 'final' ? 'final' : 'amended', conclusion: isShown(body) ? stringAt(body, 'conclusion') ?? '' : '',
        lines: (isShown(body) ? resultIds(body) : []).flatMap((id) => { const value = values.get(id); return value?.patient === visit.patient ? [toLine(parseJsonObject(value.body))] : [] }),
      }
    })
    await deps.audit.record(request.caller, { action: 'R', interaction: 'visit-results', type: 'Encounter', id: visit.stored.id, patient: visit.patient, outcome: 'success' })
    return json(200, rows)
  },
}]

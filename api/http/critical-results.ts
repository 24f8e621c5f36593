/** How many critical results of one patient nobody has taken note of yet, whoever ordered them: for the banner that stands over every page of the patient. */
import { parseJsonObject } from '../model/json.ts'
import type { CriticalResults } from '../model/results.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import { severityCode } from '../laboratory/read-result.ts'
import { rolesFor } from '../security/policy.ts'
import { recordChart, requireChart, type ChartReadDeps } from './chart-reads.ts'
import { json, type GuardedRequest, type Route } from './route.ts'
import { searchOwn } from './work-orders.ts'

export type CriticalResultsDeps = ChartReadDeps

/** More are not counted one by one. */
const MOST = 50

/** GET /api/patients/:patient/critical-results. The Tasks are those of result-inbox.ts, which ends them. */
export const criticalResultsRoutes = (deps: CriticalResultsDeps): Route[] => [{
  method: 'GET', url: '/api/patients/:patient/critical-results', site: 'hospital', access: { roles: rolesFor('chart.read') },
  handler: async (request: GuardedRequest) => {
    const patient = await requireChart(deps, request)
    const { matches } = await searchOwn(deps, request.caller, 'Task', [['patient', `Patient/${patient}`], ['code', `${CODE_SYSTEM.task}|acknowledge-result`], ['priority', 'stat'], ['status', 'requested']], MOST)
    const count = matches.filter(({ body }) => severityCode(parseJsonObject(body)) === 'critical').length
    await recordChart(deps, request.caller, patient, { interaction: 'critical-results' })
    return json(200, { count } satisfies CriticalResults)
  },
}]

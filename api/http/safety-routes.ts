/** The safety checks on the sheet: what they say of the form as it is typed, the second person's confirmation, and how often which alert was shown and kept. */
import { z } from 'zod'
import { addDays, dayIn, startOfDay } from '../model/day.ts'
import { objectFromPlain, parseJsonObject, valueAt } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { AuditLog, Caller, IdSource } from '../model/ports.ts'
import { gravest, toAnswer, type CheckReport } from '../model/safety.ts'
import type { SafetyAlerts, ShownAlert } from '../model/safety-ports.ts'
import { rolesFor } from '../security/policy.ts'
import { toChart } from '../visit/chart.ts'
import { readVisitBundle } from '../visit/read-visit-bundle.ts'
import { requireVisit } from '../visit/require-visit.ts'
import { keyOf } from '../visit/settle-changes.ts'
import { parseInput, requireParam } from './input.ts'
import { json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { reportOf, type ReportDeps } from './safety-report.ts'
import { confirmBySecond, type SecondPersonDeps } from './second-person.ts'
import { openVisit, ownCaller, requireAction, type OpenVisit, type VisitAccessDeps } from './visit-access.ts'
import { readVisitResources } from './visit-sheet.ts'

export type SafetyDeps = ReportDeps & SecondPersonDeps & VisitAccessDeps & { readonly alerts: SafetyAlerts; readonly audit: AuditLog; readonly ids: IdSource }

const Confirm = z.object({ login: z.string().min(1).max(200), pin: z.string().min(1).max(64), keys: z.array(z.string().min(1).max(1000)).min(1).max(100) })

/** The visit as it would be: what was sent on top of what is stored. Versions are the save's question, not this one's. */
const chartOf = async (deps: SafetyDeps, caller: Caller, visit: OpenVisit, request: GuardedRequest) => {
  const bundle = valueAt(request.json(), 'bundle')
  if (bundle === undefined || bundle === null) throw outcome('bad-request', { expression: 'bundle', diagnostics: 'A transaction Bundle is needed.' })
  const changes = requireVisit(readVisitBundle(bundle, () => deps.ids.uuid()), visit.encounter, { patient: visit.patient, encounter: visit.stored.id })
  const [stored, patient] = await Promise.all([readVisitResources(deps, caller, visit), deps.store.read(ownCaller(caller), { type: 'Patient', id: visit.patient })])
  const resources = new Map([...stored.map(({ body }) => parseJsonObject(body))].map((resource) => [`${keyOf(resource).type}/${keyOf(resource).id}`, resource]))
  // what was sent comes first: of two weights the one on the sheet counts
  const sent = changes.flatMap(({ key, resource }) => { resources.delete(`${key.type}/${key.id}`); return resource === undefined ? [] : [resource] })
  const nobody = objectFromPlain({})
  return toChart({ patient: patient === undefined || patient.deleted ? nobody : parseJsonObject(patient.body), encounter: visit.encounter, hospital: nobody, department: nobody, practitioner: nobody }, [...sent, ...resources.values()])
}

const shownOf = ({ lines }: CheckReport): ShownAlert[] => {
  const found = lines.flatMap(({ checks }) => checks).flatMap((check): ShownAlert[] => { const grade = gravest([check]); return grade === undefined ? [] : [{ rule: check.rule, grade }] })
  return [...new Map(found.map((one) => [`${one.grade} ${one.rule}`, one])).values()]
}

/** POST /api/visits/:encounter/checks {bundle} -> CheckReport ; POST …/checks/confirm {bundle, keys, login, pin} ; GET /api/safety/alerts -> AlertFigures[] */
export const safetyRoutes = (deps: SafetyDeps): Route[] => {
  const check = async (request: GuardedRequest): Promise<Reply> => {
    const { caller } = request
    const visit = await openVisit(deps, caller, requireParam(request, 'encounter'))
    const report = await reportOf(deps, caller, visit, await chartOf(deps, caller, visit, request))
    await Promise.all([
      deps.alerts.shown(visit.stored.id, shownOf(report), deps.clock.now()),
      deps.audit.record(caller, { action: 'R', interaction: 'safety-checks', type: 'Encounter', id: visit.stored.id, patient: visit.patient, outcome: 'success' }),
    ])
    return json(200, report)
  }

  const confirm = async (request: GuardedRequest): Promise<Reply> => {
    const { caller } = request
    const visit = await openVisit(deps, caller, requireParam(request, 'encounter'))
    await requireAction(deps, caller, visit, 'visit.sign')
    const asked = parseInput(Confirm, request.plain())
    const report = await reportOf(deps, caller, visit, await chartOf(deps, caller, visit, request))
    const open = toAnswer(report.lines).filter(({ key, verdict }) => verdict === 'second-person' && asked.keys.includes(key)).map(({ key }) => key)
    // only what is shown now can be confirmed: the sheet has changed meanwhile
    if (open.length < new Set(asked.keys).size) throw outcome('version-conflict', { diagnostics: 'An alert that is to be confirmed is not there any more.' })
    const { id, confirmation } = await confirmBySecond(deps, caller, visit, { ...asked, keys: open })
    return json(200, { confirmation: id, name: confirmation.name, at: confirmation.at.toISOString(), keys: open })
  }

  const figures = async (): Promise<Reply> => {
    const since = addDays(dayIn(deps.clock.now(), deps.timeZone), -FIGURE_DAYS)
    return json(200, await deps.alerts.figures(new Date(startOfDay(since, deps.timeZone))))
  }

  return [
    { method: 'POST', url: '/api/visits/:encounter/checks', site: 'hospital', access: { roles: rolesFor('visit.open') }, handler: check },
    { method: 'POST', url: '/api/visits/:encounter/checks/confirm', site: 'hospital', access: { roles: rolesFor('visit.sign') }, handler: confirm },
    { method: 'GET', url: '/api/safety/alerts', site: 'hospital', access: { roles: rolesFor('safety.figures') }, handler: figures },
  ]
}

/** As far back as the figures go. */
const FIGURE_DAYS = 90

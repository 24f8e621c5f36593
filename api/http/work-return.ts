/** Giving a specimen back, or an order up, with the reason: whoever ordered it finds it among the results, and may change or take off the order. What was released already stays. */
import { z } from 'zod'
import { buildRegistered, buildTask, type Maker } from '../laboratory/build-report.ts'
import { buildReturnedReport, buildReturnedSpecimen, type Returned } from '../laboratory/build-return.ts'
import { isReleased, isUnderWay, resultIds } from '../laboratory/read-result.ts'
import { imagingAccession } from '../laboratory/imaging-accession.ts'
import { instantIn } from '../model/day.ts'
import { parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import { RETURN_REASON, RETURN_REASONS } from '../model/materials.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, Clock, IdSource, Write } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import type { ReturnedOrders, ReturnInput, WorkKind } from '../model/results.ts'
import type { Checks } from '../fhir/checks.ts'
import { parseInput, requireParam } from './input.ts'
import { requireOrdersStand } from './orders-under-way.ts'
import { json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { ownCaller } from './visit-access.ts'
import { makerOf } from './work-list.ts'
import { departmentOf, ofPatient, readMany, requireKind, requireOrder, searchOwn, WORK_ROLES, type WorkDeps } from './work-orders.ts'

export interface WorkReturnDeps extends WorkDeps { readonly checks: Checks; readonly ids: IdSource; readonly clock: Clock; readonly timeZone: string }

const Input = z.object({ version: z.number().int().min(0), reason: z.enum(RETURN_REASONS), words: z.string().trim().max(500).default(''), again: z.boolean() })
  .refine(({ reason, words }) => reason !== 'other' || words.length >= 3, { path: ['words'], message: 'another reason needs words' })
  // it would be given up without a word to whoever ordered it
  .refine(({ reason, again }) => reason !== 'by-mistake' || again, { path: ['again'], message: 'taken in by mistake, the order still waits' })

interface Found { readonly stored: StoredVersion; readonly order: JsonObject; readonly patient: string; readonly report: StoredVersion | undefined }

/** The order, and of a laboratory all that share its specimen and are not released. */
const openReturn = async (deps: WorkReturnDeps, caller: Caller, kind: WorkKind, id: string, shown: number): Promise<readonly Found[]> => {
  const asked = await requireOrder(deps, caller, kind, id)
  const report = await deps.store.read(ownCaller(caller), { type: 'DiagnosticReport', id: asked.stored.id })
  const body = report === undefined || report.deleted ? undefined : parseJsonObject(report.body)
  // each change of a report, and each specimen it gets, is another version of it: another tube than the one that was looked at stays
  const now = body === undefined ? 0 : report?.version
  if (now !== shown) throw outcome('version-conflict', { expression: `DiagnosticReport/${id}`, expected: shown, found: now })
  if (body !== undefined && isReleased(body)) throw outcome('bad-request', { diagnostics: 'It is released: correct it.' })
  const specimen = body !== undefined && isUnderWay(body) ? stringAt(body, 'specimen', 0, 'reference') : undefined
  if (specimen === undefined) return [{ ...asked, report }]
  const { matches } = await searchOwn(deps, caller, 'DiagnosticReport', [['specimen', specimen]])
  const open = matches.filter(({ body: text }) => isUnderWay(parseJsonObject(text)) && !isReleased(parseJsonObject(text)))
  // a report of somebody else's may name the specimen: it is not of this tube
  return Promise.all(open.filter(({ patient }) => patient === asked.patient).map(async (each) => ({ ...await requireOrder(deps, caller, kind, each.id), report: each })))
}

/** A report is cancelled; one that nobody had begun stands for the order that is given up. */
const reportWrite = (kind: WorkKind, { order, stored, report }: Found, returned: Returned, by: Maker): Write => {
  const before = report === undefined ? buildRegistered(order, kind, by, returned.at, imagingAccession(stored.id)).delete('identifier') : parseJsonObject(report.body)
  return { op: 'update', key: { type: 'DiagnosticReport', id: stored.id }, resource: buildReturnedReport(before, returned), expected: report?.version ?? 0 }
}

const taskWrite = async (deps: WorkReturnDeps, caller: Caller, { order, stored }: Found, at: string): Promise<Write> => {
  const { matches: [open] } = await searchOwn(deps, caller, 'Task', [['focus', `DiagnosticReport/${stored.id}`], ['status', 'requested']])
  const task = buildTask(open?.id ?? deps.ids.uuid(), order, await departmentOf(deps, caller, order), 'abnormal', at)
  return { op: 'update', key: { type: 'Task', id: stringAt(task, 'id') ?? '' }, resource: task, expected: open?.version ?? 0 }
}

const plan = async (deps: WorkReturnDeps, caller: Caller, kind: WorkKind, found: readonly Found[], input: ReturnInput): Promise<readonly Write[]> => {
  const by = makerOf(caller)
  const returned: Returned = { ...input, by, at: instantIn(deps.clock.now(), deps.timeZone) }
  const reports = found.flatMap(({ report }) => (report === undefined ? [] : [parseJsonObject(report.body)]))
  const patient = found[0]?.patient ?? ''
  const [tubes, observations] = await Promise.all([
    readMany(deps, caller, 'Specimen', reports.filter(isUnderWay).flatMap((report) => stringAt(report, 'specimen', 0, 'reference')?.split('/')[1] ?? [])), readMany(deps, caller, 'Observation', reports.flatMap(resultIds)),
  ])
  const [specimens, values] = [ofPatient(tubes, patient), ofPatient(observations, patient)]
  const released = specimens.length > 0 && (await searchOwn(deps, caller, 'DiagnosticReport', [['specimen', specimens.map(({ id }) => `Specimen/${id}`).join(',')]])).matches.some(({ body }) => isReleased(parseJsonObject(body)))
  return [
    ...found.map((each) => reportWrite(kind, each, returned, by)),
    // a specimen of which something was released was good for that
    ...(released ? [] : specimens.map((stored): Write => ({ op: 'update', key: { type: 'Specimen', id: stored.id }, resource: buildReturnedSpecimen(parseJsonObject(stored.body), returned), expected: stored.version }))),
    ...values.map((stored): Write => ({ op: 'update', key: { type: 'Observation', id: stored.id }, resource: parseJsonObject(stored.body).set('status', 'cancelled'), expected: stored.version })),
    // who ordered it has nothing to do about a slip of the bench
    ...(input.reason === 'by-mistake' ? [] : await Promise.all(found.map((each) => taskWrite(deps, caller, each, returned.at)))),
  ]
}

/** POST /api/work-lists/:kind/orders/:order/return */
export const workReturnRoutes = (deps: WorkReturnDeps): Route[] => [{
  method: 'POST', url: '/api/work-lists/:kind/orders/:order/return', site: 'hospital', access: { roles: WORK_ROLES },
  handler: async (request: GuardedRequest): Promise<Reply> => {
    const kind = await requireKind(deps, request)
    const input = parseInput(Input, request.plain())
    const found = await openReturn(deps, request.caller, kind, requireParam(request, 'order'), input.version)
    const [first] = found
    if (first === undefined) throw outcome('not-found')
    const report = first.report && parseJsonObject(first.report.body)
    if (input.again && !isUnderWay(report)) throw outcome('bad-request', { expression: 'again', diagnostics: 'It waits already.' })
    const writes = await plan(deps, request.caller, kind, found, input)
    await deps.checks.require(writes.flatMap((write) => (write.op === 'create' || write.op === 'update' ? [{ resource: write.resource, path: `${write.key.type}/${write.key.id}`, key: write.key }] : [])))
    await deps.store.transact(request.caller, async (tx) => {
      await requireOrdersStand(tx, first.patient, found.map(({ stored }) => stored))
      await tx.write(writes)
      for (const { stored } of found) {
        await tx.changeDevices({ op: 'disown', order: stored.id, by: makerOf(request.caller).name, note: `Trả lại: ${RETURN_REASON[input.reason].vi}` })
        await tx.audit({ action: 'E', interaction: 'specimen-return', type: 'DiagnosticReport', id: stored.id, patient: first.patient, outcome: 'success', detail: `${kind} ${input.reason} ${input.again ? 'again' : 'given-up'}` })
      }
    })
    return json(200, { orders: found.map(({ stored }) => stored.id) } satisfies ReturnedOrders)
  },
}]

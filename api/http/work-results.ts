/** One order at the bench: what is measured for it, what was entered, and entering, releasing or correcting it. A released result is never overwritten: a correction is a new version, marked as amended, and the old one stays. */
import { z } from 'zod'
import type { AnalyteList } from '../laboratory/analyte-list.ts'
import { buildTask, fillReport, type Maker, subjectOf } from '../laboratory/build-report.ts'
import { buildObservation } from '../laboratory/build-observation.ts'
import { isReleased, isReturned, lastValues, resultIds, severityCode, textOf, toLine } from '../laboratory/read-result.ts'
import { monthsOn } from '../model/age.ts'
import { flagOf, isPlausible, NUMBER_PATTERN, rangeFor, severityOf, toNumberText, worseOf, type Analyte, type Severity } from '../model/analytes.ts'
import { dayIn, instantIn, toInstantUtc } from '../model/day.ts'
import { objectFromPlain, parseJsonObject, stringAt, valueAt, type JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, Clock, IdSource, Write } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import type { BenchMessage } from '../model/devices.ts'
import type { LastValue, ResultInput, ResultLine, ResultStored, WorkDetail, WorkKind, WorkRow } from '../model/results.ts'
import type { Checks } from '../fhir/checks.ts'
import { parseInput, requireParam } from './input.ts'
import { json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { ownCaller } from './visit-access.ts'
import { DANGERS_READ, questionOf, readDangers } from './work-dangers.ts'
import { makerOf } from './work-list.ts'
import { departmentOf, ofPatient, readMany, requireKind, requireOrder, searchOwn, toRows, WORK_ROLES, type WorkDeps } from './work-orders.ts'

export interface BenchDeps extends WorkDeps {
  readonly analytes: AnalyteList
  readonly clock: Clock
  readonly timeZone: string
}
export interface WorkResultDeps extends BenchDeps {
  readonly checks: Checks
  readonly ids: IdSource
  /** What devices sent for an order, newest first. */
  readonly findSent: (order: string, analytes: readonly Analyte[]) => Promise<readonly BenchMessage[]>
}

const Call = z.object({ told: z.string().trim().max(200), at: z.string().refine((text) => toInstantUtc(text) !== undefined, 'an instant'), readBack: z.boolean(), failed: z.string().trim().max(500).optional() })
  .refine((call) => (call.failed ?? '') !== '' || (call.told !== '' && call.readBack), 'who was told and read it back, or why nobody was reached')
const Input = z.object({
  version: z.number().int().min(1), values: z.array(z.object({ code: z.string().max(20), text: z.string().trim().max(200), again: z.string().trim().max(200).optional() })).max(60), conclusion: z.string().trim().max(10_000), release: z.boolean(),
  reason: z.string().trim().min(3).max(1000).optional(), callBack: Call.optional(), seen: z.array(z.uuid()).max(300).default([]),
})

export interface Bench {
  readonly kind: WorkKind
  readonly order: JsonObject
  readonly patient: string
  readonly row: WorkRow
  readonly report: StoredVersion | undefined
  readonly values: ReadonlyMap<string, StoredVersion>
  readonly analytes: readonly Analyte[]
  readonly last: ReadonlyMap<string, LastValue>
  readonly years: number | undefined
}

const byCode = (observations: readonly StoredVersion[]): ReadonlyMap<string, StoredVersion> =>
  new Map(observations.filter(({ deleted }) => !deleted).map((stored) => [stringAt(parseJsonObject(stored.body), 'code', 'coding', 0, 'code') ?? '', stored]))

/** Throws not-found when the order is not there or of another kind. */
export const openBench = async (deps: BenchDeps, caller: Caller, kind: WorkKind, id: string): Promise<Bench> => {
  const { stored, order, patient } = await requireOrder(deps, caller, kind, id)
  const [rows, report] = await Promise.all([toRows(deps, caller, [stored], 'with indication'), deps.store.read(ownCaller(caller), { type: 'DiagnosticReport', id: stored.id })])
  const [row] = rows
  if (row === undefined) throw outcome('not-found')
  const analytes = kind === 'lab' ? deps.analytes.of(row.code) : []
  const ids = report === undefined ? [] : resultIds(parseJsonObject(report.body))
  const [values, before] = await Promise.all([
    readMany(deps, caller, 'Observation', ids),
    analytes.length === 0 ? [] : searchOwn(deps, caller, 'Observation', [['patient', `Patient/${patient}`], ['category', 'laboratory'], ['code', analytes.map(({ code }) => code).join(',')], ['_sort', '-date']], 300).then(({ matches }) => matches),
  ])
  const day = dayIn(deps.clock.now(), deps.timeZone)
  const months = monthsOn(row.birthDate ?? '', day) ?? (row.birthDate === undefined ? undefined : (Number(day.slice(0, 4)) - Number(row.birthDate.slice(0, 4))) * 12)
  return {
    kind, order, patient, row, report, values: byCode(ofPatient(values, patient)), analytes, years: months === undefined ? undefined : Math.floor(months / 12),
    last: lastValues(before.filter(({ id }) => !ids.includes(id)).map(({ body }) => parseJsonObject(body))),
  }
}

export const linesOf = (bench: Pick<Bench, 'report' | 'values'>) => {
  const order = bench.report === undefined ? [] : resultIds(parseJsonObject(bench.report.body))
  const byId = new Map([...bench.values.values()].map((stored) => [stored.id, stored]))
  return order.flatMap((id) => { const stored = byId.get(id); return stored === undefined ? [] : [toLine(parseJsonObject(stored.body))] })
}

/** Versions that were released and then corrected, each with the values that it had. */
const earlierOf = async (deps: WorkResultDeps, caller: Caller, { report, patient }: Bench): Promise<WorkDetail['earlier']> => {
  if (report === undefined || stringAt(parseJsonObject(report.body), 'status') !== 'amended') return []
  const found: { version: number; at: string; lines: WorkDetail['lines']; conclusion: string }[] = []
  for (let version = report.version - 1; version >= 1 && found.length < 5; version -= 1) {
    const old = await deps.store.vread(ownCaller(caller), { type: 'DiagnosticReport', id: report.id }, version)
    if (old === undefined || !isReleased(parseJsonObject(old.body))) break
    const body = parseJsonObject(old.body)
    const values = await Promise.all(resultIds(body).map(async (id) => {
      const history = await deps.store.history(ownCaller(caller), { type: 'Observation', id, parameters: [] })
      return history?.versions.find(({ lastUpdated }) => Date.parse(lastUpdated) <= Date.parse(old.lastUpdated))
    }))
    found.push({ version, at: stringAt(body, 'issued') ?? old.lastUpdated, conclusion: stringAt(body, 'conclusion') ?? '', lines: values.flatMap((stored) => (stored?.patient !== patient ? [] : [toLine(parseJsonObject(stored.body))])) })
  }
  return found
}

const callsOf = async (deps: WorkResultDeps, caller: Caller, { row, patient }: Bench): Promise<string[]> =>
  (await searchOwn(deps, caller, 'Communication', [['patient', `Patient/${patient}`], ['based-on', `ServiceRequest/${row.order}`]])).matches
    .map(({ body }) => stringAt(parseJsonObject(body), 'payload', 0, 'contentString') ?? '')

/** What is typed, each held against its list; throws bad-request or result-implausible with the place. What is stored already was typed twice then. */
const takeValues = (input: Pick<ResultInput, 'values'>, { analytes, values }: Pick<Bench, 'analytes' | 'values'>): { readonly analyte: Analyte; readonly text: string }[] => {
  const typed = new Map(input.values.map((value, at) => [value.code, { ...value, at }]))
  for (const [code, { at }] of typed) if (!analytes.some((analyte) => analyte.code === code)) throw outcome('bad-request', { expression: `values[${at}].code`, diagnostics: 'Not measured for this order.' })
  return analytes.flatMap((analyte) => {
    const given = typed.get(analyte.code)
    if (given === undefined || given.text === '') return []
    const text = analyte.choices.length > 0 ? given.text : toNumberText(given.text)
    if (analyte.choices.length > 0 ? !analyte.choices.includes(text) : !NUMBER_PATTERN.test(text)) throw outcome('bad-request', { expression: `values[${given.at}].text`, diagnostics: 'Not a value of this kind.' })
    const stored = values.get(analyte.code)
    const known = (stored !== undefined && textOf(parseJsonObject(stored.body)) === text) || (given.again !== undefined && toNumberText(given.again) === text)
    if (!known && !isPlausible(analyte, text)) throw outcome('result-implausible', { expression: `values[${given.at}].again`, diagnostics: `${analyte.nameEn}: ${analyte.min ?? ''}–${analyte.max ?? ''} ${analyte.unit ?? ''}`.trim() })
    return [{ analyte, text }]
  })
}

/** What the call is about: values that are critical now, and those that were released as critical and no longer stand. */
interface Told { readonly critical: readonly string[]; readonly withdrawn: readonly string[] }

const isCritical = ({ flag }: Pick<ResultLine, 'flag'>): boolean => flag === 'LL' || flag === 'HH'

const toldOf = (taken: readonly { readonly analyte: Analyte; readonly text: string }[], flags: readonly ResultLine['flag'][], before: readonly ResultLine[]): Told => {
  const said = (name: string, text: string, unit = ''): string => `${name} ${text} ${unit}`.trim()
  const now = new Map(taken.map(({ analyte, text }) => [analyte.code, text]))
  const stands = (line: ResultLine): boolean => taken.some(({ analyte, text }, index) => analyte.code === line.code && text === line.text && isCritical({ flag: flags[index] }))
  return {
    critical: taken.flatMap(({ analyte, text }, index) => (isCritical({ flag: flags[index] }) ? [said(analyte.name, text, analyte.unit)] : [])),
    withdrawn: before.filter((line) => isCritical(line) && !stands(line)).map((line) => `${said(line.name, line.text, line.unit)}, nay ${now.has(line.code) ? `là ${now.get(line.code) ?? ''}` : 'không còn'}`),
  }
}

const callText = (call: NonNullable<ResultInput['callBack']>, { critical, withdrawn }: Told, by: Maker): string => {
  const failed = call.failed ?? ''
  const parts = [['giá trị nguy hiểm', critical], ['giá trị nguy hiểm đã sửa', withdrawn]] as const
  const about = parts.flatMap(([what, values]) => (values.length === 0 ? [] : [failed === '' ? `${what}: ${values.join('; ')}` : `${what} (${values.join('; ')})`]))
  return failed === '' ? `Đã báo ${call.told} ${about.join('. ')}. Người nghe đã đọc lại. ${by.name}` : `Chưa báo được ${about.join(', ')}: ${failed}. ${by.name}`
}

const buildCall = (id: string, order: JsonObject, call: NonNullable<ResultInput['callBack']>, text: string, sender: object): JsonObject => objectFromPlain({
  resourceType: 'Communication', id, basedOn: [{ reference: `ServiceRequest/${stringAt(order, 'id') ?? ''}` }], status: (call.failed ?? '') === '' ? 'completed' : 'not-done', priority: 'stat',
  ...((call.failed ?? '') !== '' && { statusReason: { text: call.failed } }), subject: subjectOf(order), about: [{ reference: `DiagnosticReport/${stringAt(order, 'id') ?? ''}` }],
  sent: call.at, ...((call.failed ?? '') === '' && { received: call.at, recipient: [{ display: call.told }] }), sender, payload: [{ contentString: text }],
})

/** Throws what keeps a result from being stored so. */
const requireWhole = (input: z.infer<typeof Input>, bench: Bench, count: number, severity: string, released: boolean): void => {
  if (bench.report === undefined || isReturned(parseJsonObject(bench.report.body))) throw outcome('not-found', { diagnostics: 'The order was not taken in.' })
  if (bench.report.version !== input.version) throw outcome('version-conflict', { expected: input.version, found: bench.report.version })
  if (count === 0 && input.conclusion === '') throw outcome('result-empty')
  if (released && input.reason === undefined) throw outcome('correction-reason-needed')
  if ((input.release || released) && severity === 'critical' && input.callBack === undefined) throw outcome('critical-call-needed')
}

/** A correction is looked at before it is acknowledged, whatever it says now; and where a critical value was released, it is as urgent as that one was. */
const severityNow = (entered: Severity, before: readonly ResultLine[] | undefined): Severity =>
  before === undefined ? entered : worseOf(entered, before.some(isCritical) ? 'critical' : 'abnormal')

/** The doctor looks once at what is new: a task that is still open is for the newest version, and no less urgent than it was. */
const taskWrite = async (deps: WorkResultDeps, caller: Caller, bench: Bench, severity: Severity, at: string): Promise<Write> => {
  const { matches: [open] } = await searchOwn(deps, caller, 'Task', [['focus', `DiagnosticReport/${bench.row.order}`], ['status', 'requested']])
  const urgency = open === undefined ? severity : worseOf(severity, severityCode(parseJsonObject(open.body)))
  const task = buildTask(open?.id ?? deps.ids.uuid(), bench.order, await departmentOf(deps, caller, bench.order), urgency, at)
  return { op: 'update', key: { type: 'Task', id: stringAt(task, 'id') ?? '' }, resource: task, expected: open?.version ?? 0 }
}

const store = async (deps: WorkResultDeps, request: GuardedRequest, bench: Bench): Promise<ResultStored> => {
  const input = parseInput(Input, request.plain())
  const taken = takeValues(input, bench)
  const stored = bench.report && parseJsonObject(bench.report.body)
  const released = isReleased(stored)
  const flags = taken.map(({ analyte, text }) => flagOf(analyte, rangeFor(analyte, bench.row.gender, bench.years), text))
  const before = released ? linesOf(bench) : undefined
  const severity = severityNow(severityOf(flags, input.conclusion !== ''), before)
  requireWhole(input, bench, taken.length, severity, released)
  if (stored === undefined || bench.report === undefined) throw outcome('not-found')
  const by = makerOf(request.caller)
  const at = instantIn(deps.clock.now(), deps.timeZone)
  const status = released ? 'amended' : input.release ? 'final' : 'preliminary'
  const immutable = status !== 'preliminary'
  const observations = taken.map(({ analyte, text }) => {
    const before = bench.values.get(analyte.code)
    const id = before?.id ?? deps.ids.uuid()
    const same = before !== undefined && released && textOf(parseJsonObject(before.body)) === text
    const resource = buildObservation({
      id, order: bench.order, analyte, range: rangeFor(analyte, bench.row.gender, bench.years), last: bench.last.get(analyte.code), text, status, by,
      effective: stringAt(stored, 'effectiveDateTime') ?? at, issued: at, specimen: bench.row.specimen,
      // released as it was measured, the value is still the device's
      device: before !== undefined && textOf(parseJsonObject(before.body)) === text ? stringAt(parseJsonObject(before.body), 'device', 'display') : undefined,
    })
    return { id, same, write: { op: 'update', key: { type: 'Observation', id }, resource, expected: before?.version ?? 0, immutable, ...(released && before !== undefined && { amends: true }) } satisfies Write }
  })
  const gone = [...bench.values.values()].filter(({ id }) => !observations.some((each) => each.id === id)).map((old): Write => (released
    ? { op: 'update', key: { type: 'Observation', id: old.id }, resource: parseJsonObject(old.body).set('status', 'entered-in-error'), expected: old.version, immutable: true, amends: true }
    : { op: 'delete', key: { type: 'Observation', id: old.id }, expected: old.version }))
  const report = fillReport(stored, { status, observations: observations.map(({ id }) => id), conclusion: input.conclusion, by, at })
  const call = input.callBack && severity === 'critical' ? buildCall(deps.ids.uuid(), bench.order, input.callBack, callText(input.callBack, toldOf(taken, flags, before ?? []), by), { ...(by.practitioner !== null && { reference: `Practitioner/${by.practitioner}` }), display: by.name }) : undefined
  const writes: Write[] = [
    ...observations.filter(({ same }) => !same).map(({ write }) => write), ...gone,
    { op: 'update', key: { type: 'DiagnosticReport', id: bench.row.order }, resource: report, expected: bench.report.version, immutable, ...(released && { amends: true }) },
    ...(call === undefined ? [] : [{ op: 'create', key: { type: 'Communication', id: stringAt(call, 'id') ?? '' }, resource: call, immutable: true, fresh: true } satisfies Write]),
    ...(immutable ? [await taskWrite(deps, request.caller, bench, severity, at)] : []),
  ]
  await deps.checks.require(writes.flatMap((write) => (write.op === 'create' || write.op === 'update' ? [{ resource: write.resource, path: `${write.key.type}/${write.key.id}`, key: write.key }] : [])))
  const written = await deps.store.transact({ ...request.caller, ...(input.reason !== undefined && { reason: input.reason }) }, async (tx) => {
    const all = await tx.write(writes)
    if (immutable) await tx.changeDevices({ op: 'settle', order: bench.row.order, by: by.name, seen: input.seen })
    await tx.audit({
      action: 'E', interaction: status === 'preliminary' ? 'result-enter' : status === 'final' ? 'result-release' : 'result-correct', type: 'DiagnosticReport', id: bench.row.order, patient: bench.patient, outcome: 'success',
      ...(input.reason !== undefined && { detail: input.reason }),
    })
    return all
  })
  return { version: written.find(({ type }) => type === 'DiagnosticReport')?.version ?? 0, severity }
}

/** GET /api/work-lists/:kind/orders/:order ; PUT …/results */
export const workResultRoutes = (deps: WorkResultDeps): Route[] => {
  const show = async (request: GuardedRequest): Promise<Reply> => {
    const bench = await openBench(deps, request.caller, await requireKind(deps, request), requireParam(request, 'order'))
    const [earlier, calls, sent, dangers] = await Promise.all([earlierOf(deps, request.caller, bench), callsOf(deps, request.caller, bench), deps.findSent(bench.row.order, bench.analytes), readDangers(deps, request.caller, bench.kind, bench)])
    await deps.audit.record(request.caller, { action: 'R', interaction: 'work-order', type: 'ServiceRequest', id: bench.row.order, patient: bench.patient, outcome: 'success', detail: DANGERS_READ[bench.kind] })
    const analytes = bench.analytes.map((analyte) => {
      const [range, last] = [rangeFor(analyte, bench.row.gender, bench.years), bench.last.get(analyte.code)]
      return { ...analyte, ...(range && { range }), ...(last && { last }) }
    })
    return json(200, {
      row: bench.row, dangers, question: questionOf(bench.order), sent, version: bench.report?.version ?? 0, analytes, listVersion: deps.analytes.version, lines: linesOf(bench), earlier, calls,
      conclusion: bench.report === undefined || bench.row.returned !== undefined ? '' : stringAt(valueAt(parseJsonObject(bench.report.body)), 'conclusion') ?? '',
    } satisfies WorkDetail)
  }
  const enter = async (request: GuardedRequest): Promise<Reply> => json(200, await store(deps, request, await openBench(deps, request.caller, await requireKind(deps, request), requireParam(request, 'order'))))

  const works = { site: 'hospital', access: { roles: WORK_ROLES } } as const
  return [
    { method: 'GET', url: '/api/work-lists/:kind/orders/:order', ...works, handler: show },
    { method: 'PUT', url: '/api/work-lists/:kind/orders/:order/results', ...works, handler: enter },
  ]
}

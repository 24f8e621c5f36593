/** Statistics of a subject's measurements, one Observation for each code. http://hl7.org/fhir/R4/observation-operation-stats.html */
import type { Coding } from '@medplum/fhirtypes'
import type { GuardedRequest } from '../../http/route.ts'
import { parseJsonObject, stringAt, type JsonObject } from '../../model/json.ts'
import { MOST_OBSERVED } from '../../model/limits.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller, Clock, ResourceStore } from '../../model/ports.ts'
import { UCUM } from '../../search/values.ts'
import { narrow } from '../../security/policy.ts'
import type { Gate } from '../gate.ts'
import { baseOf, fhirReply } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { toMeasurements, toTwelveDigits, type Measurements } from '../measurements.ts'
import { REGRESSION, regressionOf, STATISTICS, STATISTICS_SYSTEM, type Measure } from '../statistics.ts'
import { escapeSearch, readOperation, writeParameters, type OperationInput, type OutParameter, type ParameterSpecs } from './parameters-body.ts'

export interface StatsDeps {
  readonly store: ResourceStore
  readonly gate: Gate
  readonly clock: Clock
  readonly publicUrl: string
}

const TAKES: ParameterSpecs = {
  subject: { kind: 'text' }, code: { kind: 'text', repeats: true }, system: { kind: 'text' }, coding: { kind: 'Coding', repeats: true }, duration: { kind: 'decimal' }, period: { kind: 'Period' },
  statistic: { kind: 'text', repeats: true }, include: { kind: 'boolean' }, limit: { kind: 'integer' },
}
const PAGE = 1_000
const MOST_CODES = 50
const LONGEST_HOURS = 24 * 366 * 200

const bad = (expression: string, diagnostics: string): Error => outcome('bad-parameter', { expression, diagnostics })

interface Wanted {
  readonly subject: string
  readonly codings: readonly Coding[]
  readonly statistics: readonly string[]
  readonly between: { readonly start?: string; readonly end?: string }
  /** How many of the measurements are answered beside. */
  readonly sources: number
}

/** 200 with Parameters; of what a search would show. */
export const statsOperation = (deps: StatsDeps): FhirHandler => async (request) => {
  const { caller } = request
  const wanted = read(deps, request, readOperation(request, TAKES))
  const question = { interaction: 'search-type' as const, type: 'Observation' }
  await deps.gate.require(caller, [question])
  const seeing = narrow(caller, 'search-type', 'Observation')
  const found: Found[] = []
  for (const coding of wanted.codings) found.push(await measured(deps.store, seeing, wanted, coding, MOST_OBSERVED - countOf(found)))
  const [patient] = found.flatMap(({ patients }) => [...patients])
  await deps.gate.record(caller, { ...question, patient }, undefined, `$stats (${countOf(found)})`)
  const sources = found.flatMap(({ observations }) => observations).slice(0, wanted.sources)
  return fhirReply(request, 200, writeParameters([
    ...found.map(({ coding, observations }): OutParameter => ({ name: 'statistics', resource: toObservation(wanted, coding, observations) })),
    ...sources.map((resource): OutParameter => ({ name: 'source', resource })),
  ]))
}

const read = ({ clock, publicUrl }: StatsDeps, request: GuardedRequest, input: OperationInput): Wanted => {
  const subject = input.text('subject') ?? ''
  const base = `${baseOf(request, publicUrl)}/`
  const local = subject.startsWith(base) ? subject.slice(base.length) : subject
  if (!/^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(local)) throw bad('subject', 'Expected a reference such as Patient/1.')
  const system = input.text('system')
  const codes = input.texts('code').flatMap((text) => text.split(','))
  if (codes.length > 0 && system === undefined) throw bad('system', 'A code comes with its system.')
  const codings: Coding[] = [...codes.map((code): Coding => ({ code, ...(system !== undefined && { system }) })), ...input.codings('coding')]
  if (codings.length === 0 || codings.length > MOST_CODES || codings.some(({ code = '' }) => code === '')) throw bad('code', `Name 1 to ${MOST_CODES} codes.`)
  const statistics = [...new Set(input.texts('statistic').flatMap((text) => text.split(',')))]
  if (statistics.length === 0 || statistics.some((code) => !STATISTICS.has(code) && code !== REGRESSION)) throw bad('statistic', `Name one or more of ${[...STATISTICS.keys(), REGRESSION].join(', ')}.`)
  return { subject: local, codings, statistics, between: betweenOf(input, clock), sources: input.flag('include') === true ? input.whole('limit') ?? PAGE : 0 }
}

/** Hours up to now, or a period. */
const betweenOf = (input: OperationInput, clock: Clock): Wanted['between'] => {
  const hours = input.decimal('duration'), period = input.object('period')
  if (hours !== undefined && period !== undefined) throw bad('duration', 'Either a duration or a period.')
  if (hours !== undefined) {
    if (hours <= 0 || hours > LONGEST_HOURS) throw bad('duration', 'Expected a number of hours.')
    const now = clock.now()
    return { start: new Date(now.getTime() - hours * 3_600_000).toISOString(), end: now.toISOString() }
  }
  const [start, end] = [stringAt(period, 'start'), stringAt(period, 'end')]
  return { ...(start !== undefined && { start }), ...(end !== undefined && { end }) }
}

interface Found { readonly coding: Coding; readonly observations: readonly JsonObject[]; readonly patients: ReadonlySet<string | undefined> }

const countOf = (found: readonly Found[]): number => found.reduce((total, { observations }) => total + observations.length, 0)

/** Newest first, at most so many. What was entered in error counts nowhere. Others have their turn between pages. */
const measured = async (store: ResourceStore, caller: Caller, { subject, between }: Wanted, coding: Coding, most: number): Promise<Found> => {
  const { system, code = '' } = coding
  const parameters: [string, string][] = [
    ['subject', subject], ['code', system === undefined ? escapeSearch(code) : `${escapeSearch(system)}|${escapeSearch(code)}`], ['status:not', 'entered-in-error'], ['_sort', '-date'], ['_count', String(PAGE)],
    ...(between.start === undefined ? [] : [['date', `ge${between.start}`] satisfies [string, string]]), ...(between.end === undefined ? [] : [['date', `le${between.end}`] satisfies [string, string]]),
  ]
  const observations: JsonObject[] = []
  const patients = new Set<string | undefined>()
  let next: string | undefined
  do {
    const page = await store.search(caller, { type: 'Observation', parameters: next === undefined ? parameters : [...parameters, ['_cursor', next]], strict: true })
    for (const { body, patient } of page.matches) {
      observations.push(parseJsonObject(body))
      patients.add(patient)
    }
    next = page.next
    if (observations.length > most || (next !== undefined && observations.length === most)) throw outcome('too-costly', { expression: 'period', diagnostics: `More than ${MOST_OBSERVED} measurements: narrow the period.` })
  } while (next !== undefined)
  return { coding, observations, patients }
}

const toObservation = ({ subject, statistics, between }: Wanted, coding: Coding, observations: readonly JsonObject[]): Record<string, unknown> => {
  const measurements = toMeasurements(observations)
  return {
    resourceType: 'Observation', status: 'final', code: { coding: [coding] }, subject: { reference: subject },
    ...(Object.keys(between).length > 0 && { effectivePeriod: between }),
    component: statistics.flatMap((code) => (code === REGRESSION ? toRegression(measurements) : [{ code: { coding: [{ system: STATISTICS_SYSTEM, code, display: STATISTICS.get(code)?.display }] }, ...resultOf(code, measurements, observations.length) }])),
  }
}

const NONE = { dataAbsentReason: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'not-applicable' }] } }

const resultOf = (code: string, { values, unit }: Measurements, total: number): Record<string, unknown> => {
  const statistic = STATISTICS.get(code)
  if (code === 'total-count') return { valueInteger: total }
  if (statistic?.measure === 'count') return { valueInteger: values.length }
  const value = values.length === 0 ? undefined : statistic?.of(values)
  if (value === undefined || !Number.isFinite(value) || statistic === undefined) return NONE
  return { valueQuantity: { value: toTwelveDigits(value), system: UCUM, ...unitOf(statistic.measure, unit) } }
}

/** Two components: how much it rises in a day, and where it stood at the first measurement. */
const toRegression = ({ points, unit }: Measurements): Record<string, unknown>[] => {
  const line = regressionOf(points)
  const code = (text: string): object => ({ coding: [{ system: STATISTICS_SYSTEM, code: REGRESSION, display: 'Regression' }], text })
  if (line === undefined || unit === undefined) return [{ code: code('slope per day'), ...NONE }]
  const slope = { value: toTwelveDigits(line.slope), system: UCUM, unit: `${unit.text}/d`, code: `(${unit.code})/d` }
  return [
    { code: code('slope per day'), valueQuantity: slope },
    { code: code(`value at ${new Date(line.from).toISOString()}`), valueQuantity: { value: toTwelveDigits(line.intercept), system: UCUM, ...unitOf('value', unit) } },
  ]
}

const unitOf = (measure: Measure, unit: Measurements['unit']): Record<string, string> => {
  if (measure === 'plain' || unit === undefined) return { unit: '1', code: '1' }
  return measure === 'square' ? { unit: `(${unit.text})²`, code: `(${unit.code})2` } : { unit: unit.text, code: unit.code }
}

/** Stored reports and values as lines that people read; digits as they are stored. Pure. */
import { rangeText, type Flag, type Severity } from '../model/analytes.ts'
import { arrayAt, JsonNumber, stringAt, valueAt, type JsonObject, type JsonValue } from '../model/json.ts'
import type { LastValue, ResultLine, WorkState } from '../model/results.ts'
import { SID } from '../model/systems.ts'
import { isGivenUp } from './build-return.ts'

const FLAGS: readonly string[] = ['LL', 'L', 'N', 'H', 'HH', 'A'] satisfies Flag[]
const isFlag = (code: string | undefined): code is Flag => code !== undefined && FLAGS.includes(code)

const digits = (value: JsonValue | undefined): string | undefined => (value instanceof JsonNumber ? value.source : undefined)

export const textOf = (observation: JsonObject): string => digits(valueAt(observation, 'valueQuantity', 'value')) ?? stringAt(observation, 'valueCodeableConcept', 'text') ?? stringAt(observation, 'valueString') ?? ''

const rangeOf = (observation: JsonObject): string => {
  const [range] = arrayAt(observation, 'referenceRange')
  const [low, high] = [digits(valueAt(range, 'low', 'value')), digits(valueAt(range, 'high', 'value'))]
  return stringAt(range, 'text') ?? rangeText({ normal: [] }, { ...(low !== undefined && { low }), ...(high !== undefined && { high }) })
}

export const toLine = (observation: JsonObject): ResultLine => {
  const said = arrayAt(observation, 'interpretation').map((item) => ({ code: stringAt(item, 'coding', 0, 'code'), text: stringAt(item, 'text') }))
  const flag = said.map(({ code }) => code).find(isFlag)
  const change = said.find(({ code }) => code === 'U' || code === 'D')?.text
  return {
    code: stringAt(observation, 'code', 'coding', 0, 'code') ?? '', name: stringAt(observation, 'code', 'text') ?? '', text: textOf(observation), unit: stringAt(observation, 'valueQuantity', 'unit') ?? '', range: rangeOf(observation),
    ...(flag && { flag }), ...(change !== undefined && { change }),
  }
}

/** Ids of the values of a report, in the order in which they are shown. */
export const resultIds = (report: JsonObject): string[] => arrayAt(report, 'result').flatMap((item) => stringAt(item, 'reference')?.split('/')[1] ?? [])
export const accessionOf = (report: JsonObject): string | undefined => arrayAt(report, 'identifier').map((item) => (stringAt(item, 'system') === SID.accession ? stringAt(item, 'value') : undefined)).find((value) => value !== undefined)

/** Section RAD of http://terminology.hl7.org/CodeSystem/v2-0074, as build-report.ts writes it. */
export const isImaging = (report: JsonObject): boolean => arrayAt(report, 'category').some((category) => arrayAt(category, 'coding').some((coding) => stringAt(coding, 'code') === 'RAD'))

const STATES: Readonly<Record<string, WorkState>> = { registered: 'received', preliminary: 'preliminary', partial: 'preliminary', final: 'final', amended: 'final', corrected: 'final', appended: 'final' }
/** A report that was cancelled leaves its order as it was before anybody took it in, or given up. */
export const stateOf = (report: JsonObject | undefined): WorkState => (report === undefined ? 'waiting' : isGivenUp(report) ? 'given-up' : STATES[stringAt(report, 'status') ?? ''] ?? 'waiting')
export const isReturned = (report: JsonObject | undefined): report is JsonObject => report !== undefined && stringAt(report, 'status') === 'cancelled'
/** Whether laboratory or imaging has the order: then it is theirs too. */
export const isUnderWay = (report: JsonObject | undefined): boolean => !['waiting', 'given-up'].includes(stateOf(report))
export const isReleased = (report: JsonObject | undefined): boolean => stateOf(report) === 'final'

export const severityCode = (task: JsonObject): Severity => {
  const code = stringAt(task, 'businessStatus', 'coding', 0, 'code')
  return code === 'critical' || code === 'normal' ? code : 'abnormal'
}

/** The newest released value of each code; `observations` newest first. */
export const lastValues = (observations: readonly JsonObject[]): ReadonlyMap<string, LastValue> => {
  const found = new Map<string, LastValue>()
  for (const observation of observations) {
    const code = stringAt(observation, 'code', 'coding', 0, 'code') ?? ''
    if (found.has(code) || !['final', 'amended', 'corrected'].includes(stringAt(observation, 'status') ?? '')) continue
    found.set(code, { text: textOf(observation), at: stringAt(observation, 'effectiveDateTime') ?? '' })
  }
  return found
}

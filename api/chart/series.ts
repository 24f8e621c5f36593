/** What was measured, gathered by what it is (http://hl7.org/fhir/R4/observation.html); a panel such as blood pressure gives a series for each component. Digits stay. Pure. */
import type { ChartPoint, ChartSeries } from '../model/chart.ts'
import { arrayAt, JsonNumber, JsonObject, parseJsonObject, stringAt, valueAt, type JsonValue } from '../model/json.ts'
import type { StoredVersion } from '../model/resource.ts'
import { isShownValue } from './withdrawn.ts'

export interface Measured {
  readonly code: string
  readonly name: string
  readonly unit: string
  readonly low?: string
  readonly high?: string
  readonly point: ChartPoint
}

const digits = (value: JsonValue | undefined): string | undefined => (value instanceof JsonNumber ? value.source : undefined)

const valueText = (holder: JsonObject): string | undefined => {
  const number = digits(valueAt(holder, 'valueQuantity', 'value'))
  if (number !== undefined) return `${stringAt(holder, 'valueQuantity', 'comparator') ?? ''}${number}`
  return stringAt(holder, 'valueString') ?? stringAt(holder, 'valueCodeableConcept', 'text') ?? stringAt(holder, 'valueCodeableConcept', 'coding', 0, 'display') ?? digits(holder.get('valueInteger'))
}

/** LOINC's code where there is one: other codings name the same thing. */
const keyOf = (holder: JsonObject): { code: string; name: string } | undefined => {
  const codings = arrayAt(holder, 'code', 'coding')
  const coding = codings.find((each) => stringAt(each, 'system') === 'http://loinc.org') ?? codings[0]
  const code = stringAt(coding, 'code')
  return code === undefined ? undefined : { code: `${stringAt(coding, 'system') ?? ''}|${code}`, name: stringAt(holder, 'code', 'text') ?? stringAt(coding, 'display') ?? code }
}

const measuredIn = (holder: JsonObject, resource: JsonObject): Measured | undefined => {
  const [key, value] = [keyOf(holder), valueText(holder)]
  if (key === undefined || value === undefined) return undefined
  const range = arrayAt(holder, 'referenceRange')[0]
  const [low, high] = [digits(valueAt(range, 'low', 'value')), digits(valueAt(range, 'high', 'value'))]
  const flag = stringAt(holder, 'interpretation', 0, 'coding', 0, 'code')
  const encounter = stringAt(resource, 'encounter', 'reference')?.split('/')[1]
  return {
    ...key, unit: stringAt(holder, 'valueQuantity', 'unit') ?? stringAt(holder, 'valueQuantity', 'code') ?? '', ...(low !== undefined && { low }), ...(high !== undefined && { high }),
    point: { at: stringAt(resource, 'effectiveDateTime') ?? stringAt(resource, 'effectivePeriod', 'start') ?? stringAt(resource, 'issued') ?? '', value, ...(flag !== undefined && flag !== 'N' && { flag }), ...(encounter !== undefined && { encounter }) },
  }
}

/** Each value in an Observation, or in its components. */
export const measurements = (observation: JsonObject): Measured[] =>
  [observation, ...arrayAt(observation, 'component').filter((part) => part instanceof JsonObject)].flatMap((holder) => measuredIn(holder, observation) ?? [])

/** `observations` newest first, of which what is not released counts for nothing; at most `most` points of each. Series in the order in which their newest value was found. */
export const toSeries = (observations: readonly StoredVersion[], group: ChartSeries['group'], most: number): ChartSeries[] => {
  const found = new Map<string, { readonly head: Measured; readonly points: ChartPoint[] }>()
  for (const stored of observations) {
    const observation = parseJsonObject(stored.body)
    if (!isShownValue(observation)) continue
    for (const measured of measurements(observation)) {
      const series = found.get(measured.code) ?? { head: measured, points: [] }
      found.set(measured.code, series)
      if (series.points.length < most) series.points.push(measured.point)
    }
  }
  return [...found.values()].map(({ head: { point: _, ...head }, points }) => ({ ...head, group, points }))
}

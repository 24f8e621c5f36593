/** Finds released values of a laboratory by their names, without regard to accents and case; digits as they are stored (http://hl7.org/fhir/R4/observation.html). Pure. */
import type { ChartHit } from '../model/chart.ts'
import { parseJsonObject, stringAt } from '../model/json.ts'
import type { StoredVersion } from '../model/resource.ts'
import { hasWords } from './find-text.ts'
import { measurements } from './series.ts'
import { isShownValue } from './withdrawn.ts'

/** "Kali (K) 5.30 mmol/L — Cao": of a value that is as usual nothing more is said. */
export const findResults = (values: readonly StoredVersion[], wanted: readonly string[]): ChartHit[] => values.flatMap((stored) => {
  const observation = parseJsonObject(stored.body)
  return !isShownValue(observation) ? [] : measurements(observation).flatMap(({ name, unit, point }): ChartHit[] => {
    const meaning = point.flag === undefined ? '' : stringAt(observation, 'interpretation', 0, 'text') ?? point.flag
    const text = [`${name} ${point.value} ${unit}`.trim(), meaning].filter(Boolean).join(' — ')
    return hasWords(wanted, text) ? [{ kind: 'result', title: '', text, at: point.at === '' ? stored.lastUpdated : point.at, ...(point.encounter !== undefined && { encounter: point.encounter }) }] : []
  })
})

/** A measured value as an Observation: digits as typed, the range it was held against, and what it means in codes (http://hl7.org/fhir/R4/observation.html). Pure. */
import { deltaOf, flagOf, type Analyte, type AnalyteRange, type Flag } from '../model/analytes.ts'
import { JsonNumber, objectFromPlain, stringAt, type JsonObject } from '../model/json.ts'
import type { LastValue } from '../model/results.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import { actorOf, subjectOf, type Maker } from './build-report.ts'

const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'
export const FLAG_WORDS: Readonly<Record<Flag, string>> = { LL: 'Thấp, nguy hiểm', L: 'Thấp', N: 'Bình thường', H: 'Cao', HH: 'Cao, nguy hiểm', A: 'Bất thường' }

export interface Measured {
  readonly id: string
  readonly order: JsonObject
  readonly analyte: Analyte
  readonly range?: AnalyteRange | undefined
  readonly last?: LastValue | undefined
  readonly text: string
  readonly status: 'preliminary' | 'final' | 'amended'
  readonly by: Maker
  readonly effective: string
  readonly issued: string
  readonly specimen?: string | undefined
  /** Name of the device that measured it. */
  readonly device?: string | undefined
}

const limit = (analyte: Analyte, value: string | undefined): object | undefined =>
  value === undefined ? undefined : { value: new JsonNumber(value), ...(analyte.unit !== undefined && { unit: analyte.unit }), system: CODE_SYSTEM.ucum, code: analyte.ucum }

const changeText = (change: number, last: LastValue): string => `${change > 0 ? 'tăng' : 'giảm'} ${Math.abs(change)}% so với ${last.text}`

export const buildObservation = (measured: Measured): JsonObject => {
  const { id, order, analyte, range, last, text, status, by, effective, issued, specimen, device } = measured
  const flag = flagOf(analyte, range, text)
  const change = deltaOf(analyte, last?.text, text)
  const interpretation = [
    ...(flag === undefined ? [] : [{ coding: [{ system: INTERPRETATION, code: flag }], text: FLAG_WORDS[flag] }]),
    ...(change === undefined || last === undefined ? [] : [{ coding: [{ system: INTERPRETATION, code: change > 0 ? 'U' : 'D' }], text: changeText(change, last) }]),
  ]
  const held = analyte.normal.length > 0 ? { text: analyte.normal.join(', ') } : range?.low === undefined && range?.high === undefined ? undefined : { low: limit(analyte, range.low), high: limit(analyte, range.high) }
  return objectFromPlain({
    resourceType: 'Observation', id, basedOn: [{ reference: `ServiceRequest/${stringAt(order, 'id') ?? ''}` }], status,
    category: [{ coding: [{ system: CODE_SYSTEM.observationCategory, code: 'laboratory' }] }], code: { coding: [{ system: CODE_SYSTEM.loinc, code: analyte.code, display: analyte.name }], text: analyte.name },
    subject: subjectOf(order), effectiveDateTime: effective, issued, performer: [actorOf(by)],
    ...(analyte.choices.length > 0 ? { valueCodeableConcept: { text } } : { valueQuantity: { value: new JsonNumber(text), ...(analyte.unit !== undefined && { unit: analyte.unit }), system: CODE_SYSTEM.ucum, code: analyte.ucum } }),
    ...(interpretation.length > 0 && { interpretation }), ...(specimen !== undefined && { specimen: { reference: `Specimen/${specimen}` } }), ...(device !== undefined && { device: { display: device } }), ...(held && { referenceRange: [held] }),
  })
}

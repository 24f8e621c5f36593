/**
 * What a device measured as values of the order's list: codes by LOINC or the device's table, units as the list has them, digits as they came. An order without a list is answered in words: a report of
 * imaging, or lines that name what was measured, for the laboratory only under the order's own code. What does not fit is named, never guessed. Pure.
 */
import { isPlausible, type Analyte } from '../model/analytes.ts'
import type { DeviceReason } from '../model/devices.ts'
import type { Device } from './devices.ts'
import type { DeviceValue, ResultGroup } from './result-message.ts'

export interface Problem { readonly reason: DeviceReason; /** Code of the value. */ readonly about: string }
export interface Taken {
  readonly values: readonly { readonly analyte: Analyte; readonly text: string }[]
  readonly words: string
  readonly problems: readonly Problem[]
}
/** A value, and either what it is a value of or why it is not taken; of an order without a list neither, when it stands as words. */
interface Judged { readonly value: DeviceValue; readonly analyte?: Analyte; readonly reason?: DeviceReason }

/** OBX-11: final, corrected, preliminary, and results entered but not verified (table 0085). */
const STANDS: readonly string[] = ['', 'F', 'C', 'P', 'R', 'S']

export const analyteOf = (value: DeviceValue, analytes: readonly Analyte[], { codes }: Pick<Device, 'codes'>): Analyte | undefined => {
  const loinc = Object.hasOwn(codes, value.code) ? codes[value.code] : value.system === 'LN' ? value.code : undefined
  return loinc === undefined ? undefined : analytes.find(({ code }) => code === loinc)
}

const isUnit = (unit: string, analyte: Analyte, { units }: Pick<Device, 'units'>): boolean => {
  const meant = Object.hasOwn(units, unit) ? units[unit] : unit
  return (analyte.ucum ?? '') === '' || analyte.ucum === '1' ? meant === '' || meant === '1' || meant === analyte.unit : meant !== '' && (meant === analyte.ucum || meant === analyte.unit)
}

/** HL7 v2.5.1, 2A.46 (NM): a point, never a comma. A comma may part thousands, so "1,250" is no number here; a sign is none either, since nothing in the list goes below zero. */
const DEVICE_NUMBER = /^\d{1,9}(?:\.\d{1,6})?$/

const isGone = ({ kind, status }: DeviceValue): DeviceReason | undefined => (kind === 'ED' || kind === 'RP' ? 'embedded-document' : STANDS.includes(status) ? undefined : 'value-withdrawn')

const judge = (value: DeviceValue, analyte: Analyte | undefined, device: Pick<Device, 'units'>): DeviceReason | undefined => {
  const gone = isGone(value)
  if (gone !== undefined) return gone
  if (analyte === undefined) return 'unknown-code'
  if (analyte.choices.length > 0) return analyte.choices.includes(value.text) ? undefined : 'not-a-choice'
  if (!DEVICE_NUMBER.test(value.text)) return 'not-a-number'
  if (!isUnit(value.unit, analyte, device)) return 'unknown-unit'
  return isPlausible(analyte, value.text) ? undefined : 'implausible'
}

export const judgeValues = (values: readonly DeviceValue[], analytes: readonly Analyte[], device: Pick<Device, 'codes' | 'units'>): Judged[] => {
  if (analytes.length === 0) return values.map((value) => { const reason = isGone(value); return { value, ...(reason && { reason }) } })
  const found = values.map((value) => { const analyte = analyteOf(value, analytes, device); return { value, analyte, reason: judge(value, analyte, device) } })
  const fitting = found.filter(({ reason }) => reason === undefined)
  return found.map(({ value, analyte, reason }): Judged => {
    if (reason !== undefined || analyte === undefined) return { value, reason: reason ?? 'unknown-code' }
    return fitting.filter((other) => other.analyte === analyte).length > 1 ? { value, reason: 'repeated-code' } : { value, analyte }
  })
}

/** A report of imaging is its text; all else says what it is, in which unit, and what the device holds of it. */
const lineOf = ({ kind, code, name, text, unit, range, flag }: DeviceValue, of: Device['kind']): string =>
  (of === 'imaging' && unit === '' && kind !== 'NM' && kind !== 'SN' ? text : [name === '' ? code : name, text, unit, range && `(${range})`, flag].filter((part) => part !== '').join(' '))

/** `order`: the order's own code. */
export const takeValues = (group: Pick<ResultGroup, 'code' | 'values'>, analytes: readonly Analyte[], device: Pick<Device, 'kind' | 'codes' | 'units'>, order: string): Taken => {
  // whose list nobody has written: only what says that it is this test
  if (analytes.length === 0 && device.kind === 'lab' && (group.code === '' || group.code !== order)) return { values: [], words: '', problems: [{ reason: 'unknown-code', about: group.code }] }
  const judged = judgeValues(group.values, analytes, device)
  return {
    words: analytes.length > 0 ? '' : judged.flatMap(({ value, reason }) => (reason === undefined && value.text !== '' ? [lineOf(value, device.kind)] : [])).join('\n'),
    values: judged.flatMap(({ value, analyte }) => (analyte === undefined ? [] : [{ analyte, text: value.text }])),
    problems: judged.flatMap(({ value, reason }) => (reason === undefined ? [] : [{ reason, about: value.code }])),
  }
}

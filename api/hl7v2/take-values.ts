/** What a device measured as values of the order's list: codes by LOINC or the device's table, units as the list has them, digits as they came. What does not fit is named, never guessed. Pure. */
import { isPlausible, NUMBER_PATTERN, toNumberText, type Analyte } from '../model/analytes.ts'
import type { DeviceReason } from '../model/devices.ts'
import type { Device } from './devices.ts'
import type { DeviceValue, ResultGroup } from './result-message.ts'

export interface Problem { readonly reason: DeviceReason; /** Code of the value. */ readonly about: string }
export interface Taken {
  readonly values: readonly { readonly analyte: Analyte; readonly text: string }[]
  readonly words: string
  readonly problems: readonly Problem[]
}

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

const judge = (value: DeviceValue, analyte: Analyte | undefined, device: Device): DeviceReason | undefined => {
  if (value.kind === 'ED' || value.kind === 'RP') return 'embedded-document'
  if (!STANDS.includes(value.status)) return 'value-withdrawn'
  if (analyte === undefined) return 'unknown-code'
  if (analyte.choices.length > 0) return analyte.choices.includes(value.text) ? undefined : 'not-a-choice'
  const text = toNumberText(value.text)
  if (!NUMBER_PATTERN.test(text)) return 'not-a-number'
  if (!isUnit(value.unit, analyte, device)) return 'unknown-unit'
  return isPlausible(analyte, text) ? undefined : 'implausible'
}

export const takeValues = (group: ResultGroup, analytes: readonly Analyte[], device: Device): Taken => {
  if (analytes.length === 0) {
    const refused = group.values.filter(({ kind, status }) => kind === 'ED' || kind === 'RP' || !STANDS.includes(status))
    const words = group.values.filter((value) => !refused.includes(value)).map(({ text }) => text).filter((text) => text !== '').join('\n')
    return { values: [], words, problems: refused.map(({ kind, code }) => ({ reason: kind === 'ED' || kind === 'RP' ? 'embedded-document' : 'value-withdrawn', about: code })) }
  }
  const found = group.values.map((value) => { const analyte = analyteOf(value, analytes, device); return { value, analyte, reason: judge(value, analyte, device) } })
  const twice = found.filter(({ analyte, reason }) => analyte !== undefined && reason === undefined && found.filter((other) => other.analyte === analyte && other.reason === undefined).length > 1)
  return {
    words: '',
    values: found.flatMap((each) => (each.analyte === undefined || each.reason !== undefined || twice.includes(each) ? [] : [{ analyte: each.analyte, text: each.analyte.choices.length > 0 ? each.value.text : toNumberText(each.value.text) }])),
    problems: found.flatMap((each): Problem[] => (twice.includes(each) ? [{ reason: 'repeated-code', about: each.value.code }] : each.reason === undefined ? [] : [{ reason: each.reason, about: each.value.code }])),
  }
}

/** A drug line of a prescription (TT 26/2025/TT-BYT): name, strength, form, quantity, dose, times a day, route, when, how many days. Pure. */
import { formatNumber, formatQuantity, inWords } from './format.ts'
import { at, flag, list, shown, text } from './view.ts'

export interface DrugLine {
  readonly name: string
  /** "21 viên", "05 ống"; '' when no quantity is given. */
  readonly quantity: string
  /** Quantity in words, for narcotics. */
  readonly words: string
  readonly directions: readonly string[]
}

/** UCUM and FHIR codes of periods (http://hl7.org/fhir/R4/valueset-units-of-time.html). */
const PERIODS: Readonly<Record<string, string>> = { h: 'giờ', d: 'ngày', wk: 'tuần', mo: 'tháng', a: 'năm', min: 'phút', s: 'giây' }

/** http://hl7.org/fhir/R4/valueset-event-timing.html */
const MOMENTS: Readonly<Record<string, string>> = {
  MORN: 'buổi sáng', NOON: 'buổi trưa', AFT: 'buổi chiều', EVE: 'buổi tối', NIGHT: 'ban đêm', HS: 'trước khi đi ngủ', WAKE: 'khi thức dậy',
  C: 'trong bữa ăn', CM: 'trong bữa sáng', CD: 'trong bữa trưa', CV: 'trong bữa tối', AC: 'trước ăn', ACM: 'trước bữa sáng', ACD: 'trước bữa trưa', ACV: 'trước bữa tối',
  PC: 'sau ăn', PCM: 'sau bữa sáng', PCD: 'sau bữa trưa', PCV: 'sau bữa tối', PHS: 'sau khi ngủ dậy',
}

const amount = (quantity: unknown): string => {
  const value = text(quantity, 'value')
  return value ? [formatNumber(value), text(quantity, 'unit') || text(quantity, 'code')].filter(Boolean).join(' ') : ''
}

/** "trong 7 ngày" */
const boundsText = (repeat: unknown): string => {
  const bounds = at(repeat, 'boundsDuration')
  const value = text(bounds, 'value')
  return value ? `trong ${formatNumber(value)} ${PERIODS[text(bounds, 'code')] ?? text(bounds, 'unit')}` : ''
}

/** "ngày 3 lần", "mỗi 8 giờ 1 lần", "tuần 2 lần" */
const frequencyText = (repeat: unknown): string => {
  const frequency = [text(repeat, 'frequency'), text(repeat, 'frequencyMax')].filter(Boolean).join('-')
  const period = [text(repeat, 'period'), text(repeat, 'periodMax')].filter(Boolean).join('-')
  const unit = PERIODS[text(repeat, 'periodUnit')] ?? ''
  if (!frequency || !unit) return ''
  return period === '1' ? `${unit} ${frequency} lần` : `mỗi ${formatNumber(period)} ${unit} ${frequency} lần`
}

const doseText = (dosage: unknown): string => {
  const rate = list(dosage, 'doseAndRate')[0]
  const range = at(rate, 'doseRange')
  const dose = amount(at(rate, 'doseQuantity')) || (range === undefined ? '' : `${formatNumber(text(range, 'low', 'value'))}-${amount(at(range, 'high'))}`)
  return dose && `mỗi lần ${dose}`
}

/** The parts of the form's line from the structured dosage: "Uống ngày 3 lần, mỗi lần 1 viên, sau ăn, trong 7 ngày". */
export const composedDirections = (dosage: unknown): string => {
  const repeat = at(dosage, 'timing', 'repeat')
  const times = list(repeat, 'timeOfDay').map((time) => (typeof time === 'string' ? `lúc ${time.slice(0, 5)}` : ''))
  const when = list(repeat, 'when').map((code) => (typeof code === 'string' ? (MOMENTS[code] ?? code) : ''))
  const parts = [
    [shown(dosage, 'route'), frequencyText(repeat)].filter(Boolean).join(' '),
    doseText(dosage), ...when, ...times, boundsText(repeat),
    flag(dosage, 'asNeededBoolean') ? 'khi cần' : shown(dosage, 'asNeededCodeableConcept') && `khi ${shown(dosage, 'asNeededCodeableConcept')}`,
    ...list(dosage, 'additionalInstruction').map((concept) => shown(concept)), text(dosage, 'patientInstruction'),
  ].filter(Boolean)
  return capital(parts.join(', '))
}

const capital = (words: string): string => words.charAt(0).toLocaleUpperCase('vi') + words.slice(1)

/** The words that the doctor signed come first; what they do not already say is added from the structure, so that no legal part is missing. */
const directions = (dosage: unknown): readonly string[] => {
  const typed = text(dosage, 'text')
  const composed = composedDirections(dosage)
  if (!typed || !composed) return [typed || composed].filter(Boolean)
  return saysAll(typed, dosage) ? [typed] : [composed, typed]
}

/** Whether a typed direction holds every number of the structured one: times a day, dose, days. */
const saysAll = (typed: string, dosage: unknown): boolean => {
  const repeat = at(dosage, 'timing', 'repeat')
  const rate = list(dosage, 'doseAndRate')[0]
  const wanted = [text(repeat, 'frequency'), text(repeat, 'boundsDuration', 'value'), text(rate, 'doseQuantity', 'value')].filter(Boolean).map(formatNumber)
  const found = typed.match(/\d+(?:[.,]\d+)?/g)?.map(formatNumber) ?? []
  return wanted.every((number) => {
    const place = found.indexOf(number)
    if (place >= 0) found.splice(place, 1)
    return place >= 0
  })
}

/** `narcotic`: the prescription's code ends in -N, so that quantities also stand in words. */
export const drugLine = (request: unknown, narcotic: boolean): DrugLine => {
  const dispensed = at(request, 'dispenseRequest', 'quantity')
  const value = text(dispensed, 'value')
  const unit = text(dispensed, 'unit') || text(dispensed, 'code')
  const days = text(request, 'dispenseRequest', 'expectedSupplyDuration', 'value')
  const lines = list(request, 'dosageInstruction').flatMap(directions)
  return {
    name: shown(request, 'medicationCodeableConcept') || shown(request, 'medicationReference'),
    quantity: value ? `${formatQuantity(value)} ${unit}`.trim() : '',
    words: narcotic && value ? [inWords(value), unit].filter(Boolean).join(' ') : '',
    directions: [
      ...lines,
      ...(days && !lines.some((line) => new RegExp(`(?<![\\d,.])${formatNumber(days)} ngày`).test(line)) ? [`Số ngày dùng: ${formatNumber(days)} ngày`] : []),
      ...list(request, 'note').map((note) => text(note, 'text')).filter(Boolean),
    ],
  }
}

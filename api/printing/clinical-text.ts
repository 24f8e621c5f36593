/** One line of text per clinical resource, as a doctor would write it; no abbreviations in papers given to patients (TT 32/2023/TT-BYT art. 52). Pure. */
import { noneWords } from '../model/allergy.ts'
import { daysOf } from '../model/paper-rules.ts'
import { isUrgent } from '../model/priority.ts'
import { CODE_SYSTEM, EXTENSION, LOINC } from '../model/systems.ts'
import type { FormDocument } from './document.ts'
import { formatDate, formatNumber, formatQuantity } from './format.ts'
import { at, extension, flag, list, shown, shownValue, text } from './view.ts'

const sentence = (parts: readonly string[], separator: string): string => parts.filter(Boolean).join(separator)

/** "Viêm họng cấp, không xác định (J02.9)": the doctor's words when they say more, then name and code of the list. */
export const conditionText = (condition: unknown): string => {
  const words = text(condition, 'code', 'text')
  const coding = list(condition, 'code', 'coding')[0]
  const display = text(coding, 'display')
  const code = text(coding, 'code')
  const name = words && display && words !== display ? `${words} – ${display}` : words || display
  return sentence([sentence([name, code && `(${code})`], ' '), ...list(condition, 'note').map((note) => text(note, 'text'))], '; ')
}

/** UCUM codes (https://ucum.org) as they are written on forms. */
const UNITS: Readonly<Record<string, string>> = { '/min': 'lần/phút', Cel: '°C', 'mm[Hg]': 'mmHg', 'kg/m2': 'kg/m²', '1': '', '{score}': 'điểm' }

const quantity = (value: unknown): string => {
  const code = text(value, 'code')
  const unit = UNITS[code] ?? (text(value, 'unit') || code)
  return sentence([`${text(value, 'comparator')}${formatNumber(text(value, 'value'))}`, unit], ' ')
}

const LABELS: Readonly<Record<string, string>> = { [LOINC.bmi.code]: 'Chỉ số khối cơ thể', [LOINC.oxygen.code]: 'Độ bão hòa oxy (SpO₂)' }

const labelOf = (observation: unknown): string => {
  const codes = list(observation, 'code', 'coding').map((coding) => text(coding, 'code'))
  const known = Object.values(LOINC).find(({ code }) => codes.includes(code))
  return (known && (LABELS[known.code] ?? known.vi)) ?? shown(observation, 'code')
}

const valueOf = (element: unknown, timeZone: string): string =>
  text(element, 'valueString') || (at(element, 'valueQuantity') === undefined ? '' : quantity(at(element, 'valueQuantity'))) || shown(element, 'valueCodeableConcept')
  || formatNumber(text(element, 'valueInteger')) || (at(element, 'valueBoolean') === undefined ? '' : flag(element, 'valueBoolean') ? 'Có' : 'Không') || formatDate(text(element, 'valueDateTime'), timeZone)

/** "Mạch: 82 lần/phút"; blood pressure as "120/80 mmHg". */
export const measureText = (observation: unknown, timeZone: string): string => {
  const components = list(observation, 'component')
  const part = (code: string): string => formatNumber(text(components.find((component) => list(component, 'code', 'coding').some((coding) => text(coding, 'code') === code)), 'valueQuantity', 'value'))
  const pressure = part(LOINC.systolic.code) && part(LOINC.diastolic.code)
  const value = pressure
    ? `${part(LOINC.systolic.code)}/${part(LOINC.diastolic.code)} mmHg`
    : sentence([valueOf(observation, timeZone), ...components.map((component) => `${labelOf(component)}: ${valueOf(component, timeZone)}`)], '; ')
  const range = shown(observation, 'referenceRange', 0)
  const notes = list(observation, 'note').map((note) => text(note, 'text'))
  return sentence([`${labelOf(observation)}: ${value}`, range && `(tham chiếu ${range})`, ...notes], ' ')
}

/** Narrative observations are their text; measured results carry their name. */
export const findingText = (observation: unknown, timeZone: string): string =>
  text(observation, 'valueString') && list(observation, 'component').length === 0 ? sentence([text(observation, 'valueString'), ...list(observation, 'note').map((note) => text(note, 'text'))], '\n') : measureText(observation, timeZone)

/** Something that is done to the patient, not looked for. */
export const isProcedure = (order: unknown): boolean => list(order, 'category').flatMap((category) => list(category, 'coding')).some((coding) => text(coding, 'system') === CODE_SYSTEM.orderCategory && text(coding, 'code') === 'procedure')

export const orderText = (order: unknown): string =>
  sentence([sentence([`${shown(order, 'code')}${isUrgent(text(order, 'priority')) ? ' (KHẨN)' : ''}`, ...list(order, 'bodySite').map((site) => shown(site))], ', '), ...list(order, 'reasonCode').map((reason) => shown(reason)), ...list(order, 'note').map((note) => text(note, 'text')), text(order, 'patientInstruction')], ': ')

/** That somebody asked, and when, where there is none. */
export const allergyText = (allergy: unknown): string => {
  const codes = list(allergy, 'code', 'coding').map((coding) => text(coding, 'code'))
  const none = noneWords(codes, text(allergy, 'code', 'text') || undefined)
  if (none !== undefined) return `${none} (đã hỏi ${formatDate(text(allergy, 'recordedDate').slice(0, 10), '')})`
  const reactions = list(allergy, 'reaction').flatMap((reaction) => [...list(reaction, 'manifestation').map((concept) => shown(concept)), text(reaction, 'description')]).filter(Boolean)
  const critical = text(allergy, 'criticality') === 'high' ? 'mức độ nguy hiểm cao' : ''
  return sentence([shown(allergy, 'code'), sentence([sentence(reactions, ', '), critical], '; ') && `(${sentence([sentence(reactions, ', '), critical], '; ')})`, ...list(allergy, 'note').map((note) => text(note, 'text'))], ' ')
}

export const dispositionText = (document: FormDocument): string => shown(document.encounter, 'hospitalization', 'dischargeDisposition')

/** "2. Đỡ": number and word, as the form has them. */
export const resultText = (document: FormDocument): string => {
  const coding = at(extension(document.encounter, EXTENSION.treatmentResult), 'valueCoding')
  return sentence([text(coding, 'code'), text(coding, 'display')], '. ')
}

export const reasonText = (document: FormDocument): string => sentence(list(document.encounter, 'reasonCode').map((reason) => shown(reason)), '; ')

export const followUpText = (document: FormDocument, timeZone: string): string => formatDate(shownValue(extension(document.encounter, EXTENSION.followUp)), timeZone)

/** "Từ ngày 22/11/2026 đến hết ngày 24/11/2026", and how many days that are; both empty without a leave. */
export const sickLeaveText = (document: FormDocument, timeZone: string): { readonly days: string; readonly span: string } => {
  const period = at(extension(document.encounter, EXTENSION.sickLeave), 'valuePeriod')
  const [from, to] = [text(period, 'start'), text(period, 'end')]
  if (from === '' || to === '') return { days: '', span: '' }
  return { days: formatQuantity(String(daysOf({ from, to }))), span: `Từ ngày ${formatDate(from, timeZone)} đến hết ngày ${formatDate(to, timeZone)}` }
}

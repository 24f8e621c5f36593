/** The administrative part of a form: who the patient is, in the words and the order of the printed forms. Pure. */
import { CODE_SYSTEM, EXTENSION, SID } from '../model/systems.ts'
import { formatAge, formatDate, formatGender } from './format.ts'
import { at, extension, flag, identifier, list, shown, shownValue, text } from './view.ts'

export interface PersonText {
  readonly name: string
  readonly birthDate: string
  readonly age: string
  readonly gender: string
  readonly ethnicity: string
  readonly occupation: string
  readonly address: string
  readonly phone: string
  readonly citizen: string
  /** Day and place of issue of the citizen card. */
  readonly issued: string
  readonly issuer: string
  readonly insurance: string
  /** Last day of the insurance card. */
  readonly insuredUntil: string
  readonly record: string
  /** Cấp bậc, chức vụ, đơn vị, đối tượng, số hiệu quân nhân, ngày nhập ngũ; all empty for a civilian. */
  readonly military: { readonly rank: string; readonly position: string; readonly unit: string; readonly category: string; readonly number: string; readonly enlisted: string }
  /** Father, mother, guardian, or whom to tell: "Mẹ: Trần Thị Mẫu, điện thoại 0900000000". */
  readonly contacts: readonly string[]
  /** Names of father and mother, '' when the record has none. */
  readonly father: string
  readonly mother: string
  /** The same with the citizen number, as a prescription has them. */
  readonly companions: readonly string[]
}

const personName = (names: readonly unknown[]): string => {
  const name = names.find((item) => text(item, 'use') === 'official') ?? names[0]
  return text(name, 'text') || [text(name, 'family'), ...list(name, 'given').map((given) => (typeof given === 'string' ? given : ''))].filter(Boolean).join(' ')
}

const phoneOf = (element: unknown): string => text(list(element, 'telecom').find((item) => text(item, 'system') === 'phone'), 'value')

const addressText = (address: unknown): string => {
  if (text(address, 'text')) return text(address, 'text')
  const lines = list(address, 'line').map((line) => (typeof line === 'string' ? line.trim() : ''))
  const commune = shownValue(extension(address, EXTENSION.commune)) || text(address, 'district')
  const province = shownValue(extension(address, EXTENSION.province)) || text(address, 'state') || text(address, 'city')
  return [...lines, commune, province].filter(Boolean).join(', ')
}

/** "Other" says nothing on paper. */
const relationText = (concept: unknown): string =>
  (list(concept, 'coding').some((coding) => text(coding, 'system') === CODE_SYSTEM.contactRole && text(coding, 'code') === 'O') ? '' : shown(concept))

const contactText = (contact: unknown, numbered: boolean): string => {
  const relation = list(contact, 'relationship').map(relationText).filter(Boolean).join(', ')
  const citizen = numbered ? text(extension(contact, EXTENSION.contactCitizen), 'valueIdentifier', 'value') : ''
  const parts = [personName([at(contact, 'name')]), citizen && `số định danh ${citizen}`, addressText(at(contact, 'address')), phoneOf(contact) && `điện thoại ${phoneOf(contact)}`].filter(Boolean).join(', ')
  return [relation, parts].filter(Boolean).join(': ')
}

const parentName = (patient: unknown, role: string): string =>
  personName([at(list(patient, 'contact').find((contact) => list(contact, 'relationship').some((concept) => list(concept, 'coding').some((coding) => text(coding, 'system') === CODE_SYSTEM.role && text(coding, 'code') === role))), 'name')])

export const readPerson = (patient: unknown, moment: Date, timeZone: string): PersonText => {
  const military = extension(patient, EXTENSION.military)
  const part = (name: string): string => shownValue(extension(military, name))
  const rank = part('rank')
  const card = list(patient, 'identifier').find((item) => text(item, 'system') === SID.citizen)
  const insurance = list(patient, 'identifier').find((item) => text(item, 'system') === SID.insurance)
  return {
    name: personName(list(patient, 'name')),
    birthDate: formatDate(text(patient, 'birthDate'), timeZone),
    age: formatAge(text(patient, 'birthDate'), moment, timeZone),
    gender: formatGender(text(patient, 'gender')),
    ethnicity: shownValue(extension(patient, EXTENSION.ethnicity)),
    occupation: shownValue(extension(patient, EXTENSION.occupation)),
    address: addressText(list(patient, 'address')[0]),
    phone: phoneOf(patient),
    citizen: identifier(patient, SID.citizen),
    issued: formatDate(text(card, 'period', 'start'), timeZone),
    issuer: text(card, 'assigner', 'display'),
    insurance: text(insurance, 'value'),
    insuredUntil: formatDate(text(insurance, 'period', 'end'), timeZone),
    record: identifier(patient, SID.patient),
    military: {
      rank: rank && flag(extension(military, 'qncn'), 'valueBoolean') ? `${rank} quân nhân chuyên nghiệp` : rank,
      position: part('position'),
      unit: part('unit'),
      category: part('category'),
      number: identifier(patient, SID.military),
      enlisted: formatDate(text(extension(military, 'enlisted'), 'valueDate'), timeZone),
    },
    father: parentName(patient, 'FTH'),
    mother: parentName(patient, 'MTH'),
    contacts: list(patient, 'contact').map((contact) => contactText(contact, false)).filter(Boolean),
    companions: list(patient, 'contact').map((contact) => contactText(contact, true)).filter(Boolean),
  }
}

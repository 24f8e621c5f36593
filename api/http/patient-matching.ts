/** How alike two persons are for reception: the same number is certain, the same accent-free name and birth date probable, the name alone possible. Pure. */
import type { Patient } from '@medplum/fhirtypes'
import { parseCitizenCard } from '../model/citizen-card.ts'
import { fold } from '../model/fold.ts'
import { fitsDate, wordsFit } from '../model/likeness.ts'
import { displayName } from '../model/person-facts.ts'
import { toTyped, type StoredVersion } from '../model/resource.ts'
import type { PatientMatch } from '../model/site.ts'

export interface Wanted {
  readonly identifiers: readonly string[]
  readonly name: string
  /** YYYY-MM-DD, or the year alone. */
  readonly birthDate: string
}

const gradeOf = (patient: Patient, wanted: Wanted): Pick<PatientMatch, 'grade' | 'why'> | undefined => {
  const numbers = new Set(wanted.identifiers.map((number) => number.toUpperCase()))
  if (patient.identifier?.some((identifier) => identifier.value !== undefined && numbers.has(identifier.value.toUpperCase()))) return { grade: 'certain', why: 'identifier' }
  if (wanted.name === '') return undefined
  const same = fold(displayName(patient)) === fold(wanted.name)
  if (same && fitsDate(patient.birthDate, wanted.birthDate)) return { grade: 'probable', why: 'name-and-birth-date' }
  if (same || wordsFit(wanted.name, displayName(patient))) return { grade: 'possible', why: 'name' }
  return undefined
}

/** undefined when nothing speaks for it. */
export const toMatch = (stored: StoredVersion, wanted: Wanted): PatientMatch | undefined => {
  const patient = toTyped<Patient>(stored)
  const grade = gradeOf(patient, wanted)
  return grade === undefined ? undefined : {
    id: stored.id, version: stored.version, name: displayName(patient),
    ...(patient.birthDate === undefined ? {} : { birthDate: patient.birthDate }),
    ...(patient.gender === undefined ? {} : { gender: patient.gender }),
    identifiers: (patient.identifier ?? []).flatMap(({ system, value }) => (system === undefined || value === undefined ? [] : [{ system, value }])),
    ...(patient.address?.[0]?.text === undefined ? {} : { address: patient.address[0].text }),
    ...grade, patient,
  }
}

const ORDER = { certain: 0, probable: 1, possible: 2 } as const

export const inOrder = (matches: readonly PatientMatch[]): PatientMatch[] =>
  matches.toSorted((a, b) => ORDER[a.grade] - ORDER[b.grade] || a.name.localeCompare(b.name, 'vi'))

/** What was typed or scanned into one box: a citizen card, a number, or a name with perhaps a birth date or year at the end. */
export const readQuery = (typed: string): Wanted => {
  const card = parseCitizenCard(typed)
  if (card !== undefined) return { identifiers: [card.number, ...(card.oldNumber === '' ? [] : [card.oldNumber])], name: card.name, birthDate: card.birthDate }
  const text = typed.trim()
  const number = text.replace(/[\s.-]/g, '')
  if (/^(?=.*\d{4})[\p{L}\d]{4,30}$/u.test(number) && !/\s\p{L}/u.test(text)) return { identifiers: [...new Set([text, number.toUpperCase()])], name: '', birthDate: '' }
  const dated = /^(.*\p{L})\s+(?:(\d{1,2})[/.-](\d{1,2})[/.-])?(\d{4})$/u.exec(text)
  if (dated === null) return { identifiers: [], name: text, birthDate: '' }
  const [, name = '', day, month, year = ''] = dated
  return { identifiers: [], name, birthDate: day === undefined || month === undefined ? year : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` }
}

/** By which searches those are found whom $match weighs: each alone would find the person in spite of a mistake in what the others look at. Pure. */
import type { Patient } from '@medplum/fhirtypes'
import { fold } from '../../model/fold.ts'
import { comparableNumber, type PersonFacts } from '../../model/person-facts.ts'
import { plainNumber } from '../../model/likeness.ts'
import { escapeSearch } from './parameters-body.ts'

/** Of each search. */
export const MOST_CANDIDATES = 200

type Pairs = readonly (readonly [string, string])[]

const MOST_NUMBERS = 40
const MOST_WORDS = 12
const MOST_NAMES = 3

/** As it was sent, without spaces, and in the form in which it is compared. */
const numbersOf = (patient: Patient): string[] => [...new Set((patient.identifier ?? []).flatMap(({ system = '', value = '' }) => (value === '' ? [] : [value, plainNumber(value), comparableNumber({ system, value }).value])))].slice(0, MOST_NUMBERS)

/** The forms in which phone numbers are written down. */
const phonesOf = ({ phones }: PersonFacts): string[] => phones.flatMap((phone) => [phone, ...(phone.startsWith('0') ? [`+84${phone.slice(1)}`, `84${phone.slice(1)}`] : [])]).slice(0, MOST_NUMBERS)

/** What the birth date may have been, had day and month changed places. */
const datesOf = (date: string): string[] => {
  const [year, month = '', day = ''] = date.slice(0, 10).split('-')
  return day !== '' && Number(day) <= 12 && day !== month ? [date.slice(0, 10), `${year}-${day}-${month}`] : [date.slice(0, 10)]
}

const either = (name: string, values: readonly string[]): readonly [string, string] => [name, values.map(escapeSearch).join(',')]

/** The year, and what it was when one digit is wrong by one: the commonest slips. */
const yearsOf = (date: string): string[] => [0, 1, -1, 10, -10].map((off) => String(Number(date.slice(0, 4)) + off))

/** By number; by phone; by birth date with any word of the name; by first and last word with the year of birth; by the whole name with about that year, or alone where no day is known. */
export const candidateSearches = (patient: Patient, facts: PersonFacts): Pairs[] => {
  const numbers = numbersOf(patient), phones = phonesOf(facts), { birthDate } = facts
  const searches: Pairs[] = []
  if (numbers.length > 0) searches.push([either('identifier', numbers)])
  if (phones.length > 0) searches.push([either('phone', phones)])
  for (const name of facts.names.slice(0, MOST_NAMES)) {
    const words = fold(name).split(' ').filter((word) => word !== '').slice(0, MOST_WORDS)
    if (words.join('').length < 2) continue
    const whole = words.map((word) => ['name', escapeSearch(word)] as const)
    const ends = whole.filter((_, at) => at === 0 || at === whole.length - 1)
    if (birthDate !== '') searches.push([...ends, ['birthdate', birthDate.length >= 10 ? birthDate.slice(0, 4) : birthDate]])
    if (birthDate.length >= 10) searches.push([either('name', words), either('birthdate', datesOf(birthDate))], [...whole, either('birthdate', yearsOf(birthDate))])
    else searches.push(whole)
  }
  return searches
}

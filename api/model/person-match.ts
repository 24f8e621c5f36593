/**
 * Whether two records are about one person: weights of evidence for and against, added up (the way of Fellegi and Sunter). http://hl7.org/fhir/R4/patient-operation-match.html leaves the way
 * to the server and asks for a score and a grade. The weights are binary logarithms of how much more often such an agreement is seen of one person than of two; they are set by hand for
 * Vietnamese records, where three family names cover half of the people: a name alone never makes a match probable. Pure.
 */
import { compose } from './fold.ts'
import { compareDates, compareNames, type DateLikeness, type NameLikeness } from './likeness.ts'
import type { PersonFacts } from './person-facts.ts'
import { SID } from './systems.ts'

/** http://hl7.org/fhir/R4/valueset-match-grade.html */
export type MatchGrade = 'certain' | 'probable' | 'possible' | 'certainly-not'

export interface Likeness { readonly grade: MatchGrade; /** 0 to 1. */ readonly score: number; readonly weight: number }

/** Agreement, and disagreement where both sides have a number of the kind. A hospital gives a second number to whom it takes for a new patient, and a phone serves a family: that they differ says nothing. */
const NUMBERS: Readonly<Record<string, readonly [agree: number, differ: number]>> = {
  [SID.citizen]: [16, -10], [SID.military]: [14, -5], [SID.insurance]: [13, -3], [SID.patient]: [16, 0],
}
/** Of another kind, and of a kind that was not said. */
const OTHER_NUMBER = 11
const NAMES: Readonly<Record<NameLikeness, number>> = { same: 6, reordered: 5.5, slip: 3.5, part: 3, ends: 1, different: -8 }
/** The accents agree too; they are written on both sides and do not. */
const ACCENTS = [1, -0.5] as const
const DATES: Readonly<Record<DateLikeness, number>> = { same: 8, month: 5, year: 3, swapped: 3, digit: 1, different: -7 }
const GENDERS = [0.5, -4] as const
const PHONE = 5
/** The whole line, or the commune. */
const PLACES = [3, 1.5] as const
const TWINS = -14

/** Of 2^-WEIGHT pairs that come into question one is of the same person. */
const PRIOR = -9
const PROBABLE = 0.85
const POSSIBLE = 0.1

const anyShared = (a: readonly string[], b: readonly string[]): boolean => a.some((each) => b.includes(each))

interface Numbers { readonly weight: number; readonly agree: boolean; readonly contradict: boolean }

const weighNumbers = (a: PersonFacts, b: PersonFacts): Numbers => {
  let best = 0, against = 0, contradict = false
  for (const kind of new Set([...a.numbers, ...b.numbers].map(({ system }) => system))) {
    // what kind it is was perhaps not said
    const of = ({ numbers }: PersonFacts): string[] => numbers.filter(({ system }) => kind === '' || system === kind || system === '').map(({ value }) => value)
    const [same, differ] = NUMBERS[kind] ?? [OTHER_NUMBER, 0]
    const have = ({ numbers }: PersonFacts): boolean => numbers.some(({ system }) => system === kind)
    // several numbers of one person are one proof
    if (anyShared(of(a), of(b))) best = Math.max(best, same)
    else if (kind !== '' && have(a) && have(b)) {
      against += differ
      contradict ||= kind === SID.citizen
    }
  }
  return { weight: best + against, agree: best > 0, contradict }
}

const weighNames = (a: PersonFacts, b: PersonFacts): { readonly weight: number; readonly contradict: boolean } => {
  if (a.names.length === 0 || b.names.length === 0) return { weight: 0, contradict: false }
  const weights = a.names.flatMap((one) => b.names.map((other) => {
    const likeness = compareNames(one, other)
    const accents = likeness !== 'same' ? 0 : compose(one).toLowerCase() === compose(other).toLowerCase() ? ACCENTS[0] : isPlain(one) || isPlain(other) ? 0 : ACCENTS[1]
    return NAMES[likeness] + accents
  }))
  const weight = Math.max(...weights)
  return { weight, contradict: weight === NAMES.different }
}

/** Written without accents: on an old card, or in a hurry. */
const isPlain = (name: string): boolean => !/[^\u0000-\u007f]/.test(compose(name))

const weighPlaces = (a: PersonFacts, b: PersonFacts): number => (anyShared(a.addresses, b.addresses) ? PLACES[0] : anyShared(a.communes, b.communes) ? PLACES[1] : 0)

/** `certain`: a number of the person's own agrees, and name, birth date and citizen number do not speak against it. A number that agrees always leaves it possible. */
export const compareFacts = (a: PersonFacts, b: PersonFacts): Likeness => {
  const numbers = weighNumbers(a, b), names = weighNames(a, b)
  const date = a.birthDate === '' || b.birthDate === '' ? undefined : compareDates(a.birthDate, b.birthDate)
  const sex = a.gender === '' || b.gender === '' || a.gender === 'unknown' || b.gender === 'unknown' ? 0 : GENDERS[a.gender === b.gender ? 0 : 1]
  const twins = a.birthOrder !== undefined && b.birthOrder !== undefined && a.birthOrder !== b.birthOrder
  const weight = PRIOR + numbers.weight + names.weight + (date === undefined ? 0 : DATES[date]) + sex + (anyShared(a.phones, b.phones) ? PHONE : 0) + weighPlaces(a, b) + (twins ? TWINS : 0)
  const score = Math.round(1_000 / (1 + 2 ** -weight)) / 1_000
  const against = names.contradict || date === 'different' || numbers.contradict || twins || sex < 0
  if (numbers.agree) return { weight, score: against ? Math.min(Math.max(score, POSSIBLE), 0.5) : Math.max(score, 0.99), grade: against ? 'possible' : 'certain' }
  return { weight, score, grade: score >= PROBABLE && !twins ? 'probable' : score >= POSSIBLE ? 'possible' : 'certainly-not' }
}

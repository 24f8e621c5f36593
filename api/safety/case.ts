/** What the checks are asked about: the lines of the sheet, what the patient takes already, allergies and facts. Pure. */
import { fold } from '../model/fold.ts'
import type { SafetyTables, Substance } from './tables.ts'

export interface DrugLine {
  readonly id: string
  /** Of the formulary; '' where the drug has none. */
  readonly code: string
  readonly name: string
  /** As the formulary names it; '' when it does not know the drug. */
  readonly inn: string
  readonly strength: string
  /** What is handed out: "viên". */
  readonly unit: string
  /** What one dose is counted in. */
  readonly doseUnit: string
  readonly dose: number | undefined
  /** Times a day; undefined when the line is not written in times a day. */
  readonly frequency: number | undefined
  /** Code of the route. */
  readonly route: string
}

export interface RunningLine extends DrugLine {
  /** The supply lasts for so many more days. */
  readonly daysLeft: number | undefined
}

export interface AllergyFact { readonly text: string; readonly high: boolean }

/** `lactating`: not pregnant, and breast-feeding. */
export interface PregnancyFact { readonly status: 'no' | 'yes' | 'lactating'; readonly weeks?: number }

export interface PatientFacts {
  /** undefined: the day of birth is not known. */
  readonly months: number | undefined
  readonly gender: 'male' | 'female' | undefined
  /** kg, cm */
  readonly weight: number | undefined
  readonly height: number | undefined
  /** Of the newest final one: µmol/l, how many days ago, and the day. `unreadable`: there is one, and nobody can tell what it says. */
  readonly creatinine: { readonly value: number; readonly daysAgo: number; readonly day: string } | 'unreadable' | undefined
  readonly pregnancy: PregnancyFact | undefined
}

export interface SafetyCase {
  readonly lines: readonly DrugLine[]
  readonly running: readonly RunningLine[]
  readonly allergies: readonly AllergyFact[]
  /** Somebody asked, and there are none. */
  readonly noneKnown: boolean
  readonly facts: PatientFacts
}

export interface KnownLine extends DrugLine {
  readonly substances: readonly Substance[]
  /** Parts of the drug that the table does not know. */
  readonly unknown: readonly string[]
  /** On the skin, into eye, ear or nose: little of it gets into the blood, and the tables do not judge it. */
  readonly local: boolean
  readonly running: boolean
}

const LOCAL: ReadonlySet<string> = new Set(['TOP', 'OPH', 'OTIC', 'NASAL'])

/** Hardly in the blood, or by other doses than the tables have. */
const isApart = (route: string): boolean => LOCAL.has(route) || route === 'INH'

/** The route that a line is judged by: of a drug that the formulary gives into the body, a local route on the sheet makes no lighter judgement. */
export const judgedRoute = (chosen: string, formulary: string): string => (chosen === '' || (isApart(chosen) && formulary !== '' && !isApart(formulary)) ? formulary : chosen)

/** The line with what the table knows of it. */
export const knowLine = (line: DrugLine, tables: SafetyTables, running = false): KnownLine => {
  const named = line.inn.split('+').map((part) => part.trim()).filter((part) => part !== '')
  const found = named.map((name) => tables.byName.get(fold(name)))
  return {
    ...line, running, local: LOCAL.has(line.route), substances: found.filter((substance) => substance !== undefined),
    unknown: named.length === 0 ? [line.name] : named.filter((_, at) => found[at] === undefined),
  }
}

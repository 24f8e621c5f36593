/** The tables of the safety checks, read from the rows of the code lists. A row that cannot be read is left out and named, and what leans on it is not checked. Pure. */
import { fold } from '../model/fold.ts'
import type { Concept } from '../model/ports.ts'
import { GRADES, type Grade, type TableVersion, type Words } from '../model/safety.ts'

interface Row { readonly code: string; readonly words: Words; readonly source: string; readonly reviewed: boolean }

export interface Substance extends Row {
  readonly classes: readonly string[]
  readonly names: readonly string[]
  /** The table says that no interaction of it is worth a warning ("-" in the column `interactions`). */
  readonly meetsNothing: boolean
}

export interface DrugClass extends Row {
  /** `yes`: an allergy to one of the class is one to the class; `other`: no drugs at all, e.g. food. */
  readonly allergy: 'yes' | 'other' | ''
  /** Two of the class at once. */
  readonly duplicate: Grade | undefined
  /** Classes that cross-react. */
  readonly cross: ReadonlyMap<string, Grade>
  readonly names: readonly string[]
}

export interface Interaction extends Row { readonly a: string; readonly b: string; readonly grade: Grade }

/** undefined: the table says nothing; an empty list: it says that there is no limit. */
export interface Limits extends Row {
  /** mg at once and a day of an adult. */
  readonly single: number | undefined
  readonly day: number | undefined
  /** mg for each kg a day, and at once, of a child. */
  readonly kgDay: number | undefined
  readonly kgSingle: number | undefined
  /** One of these four is written so that nobody can read it. */
  readonly doseUnreadable: boolean
  /** Below so many months. */
  readonly age: readonly Threshold[] | undefined
  /** Below an eGFR in ml/min/1,73 m². */
  readonly kidney: readonly Threshold[] | undefined
  /** By trimester, 1 to 3. */
  readonly pregnancy: ReadonlyMap<number, Grade> | undefined
  readonly lactation: Grade | 'none' | undefined
}
export interface Threshold { readonly below: number; readonly grade: Grade }

export interface SafetyTables {
  readonly versions: readonly TableVersion[]
  /** By folded name. */
  readonly byName: ReadonlyMap<string, Substance>
  readonly substances: ReadonlyMap<string, Substance>
  readonly classes: ReadonlyMap<string, DrugClass>
  /** undefined: the hospital has no such table. */
  readonly interactions: readonly Interaction[] | undefined
  readonly limits: ReadonlyMap<string, Limits> | undefined
}

export const SAFETY_LISTS = ['drug-substances', 'drug-classes', 'drug-interactions', 'drug-limits'] as const
export type SafetyList = (typeof SAFETY_LISTS)[number]
export type SafetyRows = Readonly<Record<SafetyList, readonly Concept[]>>

const SEVERITY: Readonly<Record<string, Grade>> = { contraindicated: 'second-person', major: 'reason', moderate: 'note' }

const parts = (text: string | undefined): string[] => (text ?? '').split(';').map((part) => part.trim()).filter((part) => part !== '')
const toGrade = (text: string | undefined): Grade | undefined => GRADES.find((grade) => grade === text)
const toRow = ({ code, display, displayEn, properties, reviewed }: Concept): Row => ({ code, words: { vi: display, en: displayEn ?? display }, source: properties.source ?? '', reviewed })
/** "0.3" and not "0,3", which is three or a thousand or nothing. */
const isNumber = (text: string): boolean => /^\d+(\.\d+)?$/.test(text) && Number(text) > 0
const toNumber = (text: string | undefined): number | undefined => (text !== undefined && isNumber(text) ? Number(text) : undefined)
const isUnreadable = (text: string | undefined): boolean => text !== undefined && text !== '' && !isNumber(text)
/** A grade that nobody knows is taken for the gravest. */
const toGradeOrWorst = (text: string | undefined): Grade => toGrade(text) ?? 'second-person'

const toSubstance = (concept: Concept): Substance => ({
  ...toRow(concept), classes: parts(concept.properties.classes), meetsNothing: concept.properties.interactions === '-',
  names: [concept.display, concept.displayEn ?? '', ...parts(concept.properties.synonyms)].map(fold).filter((name) => name !== ''),
})

const toClass = (concept: Concept): DrugClass => {
  const { allergy, duplicate, cross, synonyms } = concept.properties
  return {
    ...toRow(concept), allergy: allergy === 'yes' || allergy === 'other' ? allergy : '', duplicate: duplicate === undefined || duplicate === '' ? undefined : toGradeOrWorst(duplicate),
    cross: new Map(parts(cross).map((part): [string, Grade] => { const [name = '', grade] = part.split(':').map((one) => one.trim()); return [name, toGradeOrWorst(grade)] })),
    names: [concept.code.replaceAll('-', ' '), concept.display, concept.displayEn ?? '', ...parts(synonyms)].map(fold).filter((name) => name !== ''),
  }
}

/** A severity that nobody knows is taken for the gravest: a misspelt row must not be the lightest. */
const toInteraction = (concept: Concept): Interaction[] => {
  const { a, b, severity } = concept.properties
  return a === undefined || b === undefined ? [] : [{ ...toRow(concept), a, b, grade: SEVERITY[severity ?? ''] ?? 'second-person' }]
}

/** "60:note;30:reason", "-" for no limit. With one part that cannot be read the field says nothing. */
const toThresholds = (text: string | undefined): Threshold[] | undefined => {
  if (text === undefined || text === '') return undefined
  if (text === '-') return []
  const read = parts(text).map((part) => part.split(':').map((one) => one.trim()))
  if (read.length === 0 || read.some(([below = '']) => !isNumber(below))) return undefined
  return read.map(([below, grade]) => ({ below: Number(below), grade: toGradeOrWorst(grade) }))
}

/** "all:reason", "2:reason;3:second-person", "-". */
const toTrimesters = (text: string | undefined): ReadonlyMap<number, Grade> | undefined => {
  if (text === undefined || text === '') return undefined
  const read = text === '-' ? [] : parts(text).map((part) => part.split(':').map((one) => one.trim()))
  if (text !== '-' && (read.length === 0 || read.some(([when = '']) => !['all', '1', '2', '3'].includes(when)))) return undefined
  return new Map(read.flatMap(([when, grade]): [number, Grade][] => {
    const found = toGradeOrWorst(grade)
    return when === 'all' ? [[1, found], [2, found], [3, found]] : [[Number(when), found]]
  }))
}

const toLimits = (concept: Concept): Limits => {
  const { single, day, kgDay, kgSingle, age, kidney, pregnancy, lactation } = concept.properties
  return {
    ...toRow(concept), single: toNumber(single), day: toNumber(day), kgDay: toNumber(kgDay), kgSingle: toNumber(kgSingle), doseUnreadable: [single, day, kgDay, kgSingle].some(isUnreadable), age: toThresholds(age), kidney: toThresholds(kidney),
    pregnancy: toTrimesters(pregnancy), lactation: lactation === '-' ? 'none' : lactation === undefined || lactation === '' ? undefined : toGradeOrWorst(lactation),
  }
}

const versionOf = (list: string, rows: readonly Concept[]): TableVersion[] => {
  const [first] = rows
  return first === undefined ? [] : [{ list, version: first.version, unreviewed: rows.filter(({ reviewed }) => !reviewed).length }]
}

export const readTables = (rows: SafetyRows): SafetyTables => {
  const substances = rows['drug-substances'].map(toSubstance)
  const interactions = rows['drug-interactions'].flatMap(toInteraction)
  return {
    versions: SAFETY_LISTS.flatMap((list) => versionOf(list, rows[list])),
    substances: new Map(substances.map((substance) => [substance.code, substance])),
    byName: new Map(substances.flatMap((substance) => substance.names.map((name) => [name, substance] as const))),
    classes: new Map(rows['drug-classes'].map(toClass).map((one) => [one.code, one])),
    interactions: interactions.length === 0 ? undefined : interactions,
    limits: rows['drug-limits'].length === 0 ? undefined : new Map(rows['drug-limits'].map(toLimits).map((limits) => [limits.code, limits])),
  }
}

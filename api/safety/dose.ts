/** Dose at once and a day against the limits of adults, and by weight of whom is below 18 years or light. All lines of the sheet, and what is taken already, count together. Pure. */
import { GRADES, type Check, type Grade } from '../model/safety.ts'
import type { KnownLine, PatientFacts } from './case.ts'
import { alert, clear, notChecked, shownNumber } from './finding.ts'
import { LOCAL_USE } from './pairs.ts'
import { milligrams } from './strength.ts'
import type { Limits, SafetyTables, Substance } from './tables.ts'

/** Below this age doses go by weight alone. */
export const CHILD_MONTHS = 12 * 12
/** Below this age a dose must keep to the limit by weight too. */
const ADULT_MONTHS = 18 * 12
/** Of these an adult below so many kg keeps to the limit by weight: label of acetaminophen injection, section 2.2 (https://dailymed.nlm.nih.gov). */
const LIGHT: ReadonlyMap<string, number> = new Map([['paracetamol', 50]])
/** What is so far above is taken for a slip of the pen. */
const TWICE = 2
/** Rounding of tablets and weights. */
const TOLERANCE = 1.05

interface Amount { readonly single: number; readonly day: number }

/** mg of a substance; undefined where the line does not tell. */
export const amountOf = (line: KnownLine, substance: Substance): Amount | undefined => {
  const at = line.substances.findIndex(({ code }) => code === substance.code)
  if (line.unknown.length > 0 || at < 0 || line.dose === undefined || line.frequency === undefined || line.doseUnit !== line.unit) return undefined
  const each = milligrams(line.strength, line.substances.length)[at]
  return each === undefined ? undefined : { single: each * line.dose, day: each * line.dose * line.frequency }
}

interface Bound { readonly single: number | undefined; readonly day: number | undefined; readonly by: { readonly vi: string; readonly en: string } }

type BoundOrWhy = Bound | { readonly why: string; readonly vi: string; readonly en: string }

const smaller = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined ? b : b === undefined ? a : Math.min(a, b))

const boundOf = (limits: Limits | undefined, { months, weight }: PatientFacts, { code, words }: Substance): BoundOrWhy => {
  const silent = { why: 'no-row', vi: `bảng chưa có liều của ${words.vi}`, en: `the table has no dose of ${words.en}` }
  if (limits?.doseUnreadable === true) return { why: 'unreadable-row', vi: `bảng ghi liều của ${words.vi} không đọc được`, en: `the dose of ${words.en} in the table cannot be read` }
  if (limits === undefined || (limits.single === undefined && limits.day === undefined && limits.kgDay === undefined && limits.kgSingle === undefined)) return silent
  if (months === undefined) return { why: 'no-birth-date', vi: 'chưa có ngày sinh', en: 'the day of birth is not known' }
  const weighed = limits.kgDay !== undefined || limits.kgSingle !== undefined
  const light = weight !== undefined && weight < (LIGHT.get(code) ?? 0)
  if (months >= CHILD_MONTHS && !(weighed && (months < ADULT_MONTHS || light))) {
    return limits.single === undefined && limits.day === undefined ? silent : { single: limits.single, day: limits.day, by: { vi: 'người lớn', en: 'adults' } }
  }
  if (limits.kgDay === undefined && months < CHILD_MONTHS) return { why: 'no-child-row', vi: `bảng chưa có liều trẻ em của ${words.vi}`, en: `the table has no dose of ${words.en} for children` }
  if (weight === undefined) return { why: 'no-weight', vi: 'chưa có cân nặng (kg) của trẻ', en: 'the child was not weighed' }
  const shown = shownNumber(weight)
  return {
    single: smaller(limits.single, limits.kgSingle === undefined ? undefined : limits.kgSingle * weight), day: smaller(limits.day, limits.kgDay === undefined ? undefined : limits.kgDay * weight),
    by: months < ADULT_MONTHS ? { vi: `trẻ ${shown.vi} kg`, en: `a child of ${shown.en} kg` } : { vi: `người lớn ${shown.vi} kg`, en: `an adult of ${shown.en} kg` },
  }
}

const over = (amount: number, bound: number | undefined): Grade | undefined =>
  bound === undefined || amount <= bound * TOLERANCE ? undefined : amount > bound * TWICE ? 'second-person' : 'reason'

const tooMuch = (line: KnownLine, substance: Substance, limits: Limits, what: { vi: string; en: string; name: string }, amount: number, bound: number, by: Bound['by'], grade: Grade): Check => {
  const [given, most] = [shownNumber(amount), shownNumber(bound)]
  return alert('dose', grade, {
    rule: `${what.name}/${substance.code}`, lines: [line.id], row: limits, on: `${given.en}/${most.en}`,
    words: { vi: `${substance.words.vi}: ${given.vi} mg ${what.vi}, tối đa ${most.vi} mg (${by.vi}).`, en: `${substance.words.en}: ${given.en} mg ${what.en}, at most ${most.en} mg (${by.en}).` },
  })
}

const ofSubstance = (line: KnownLine, substance: Substance, others: readonly KnownLine[], facts: PatientFacts, tables: SafetyTables): Check[] => {
  const limits = tables.limits?.get(substance.code)
  const bound = boundOf(limits, facts, substance)
  if ('why' in bound) return [notChecked('dose', line.id, bound.why, bound)]
  const own = amountOf(line, substance)
  if (own === undefined || limits === undefined) {
    return [notChecked('dose', line.id, 'no-amount', { vi: `không quy được liều ${substance.words.vi} ra mg (hàm lượng hoặc đơn vị)`, en: `the dose of ${substance.words.en} cannot be told in mg (strength or unit)` })]
  }
  const same = others.filter((other) => !other.local && other.route !== 'INH' && other.substances.some(({ code }) => code === substance.code))
  const amounts = same.map((other) => amountOf(other, substance))
  const day = own.day + amounts.reduce((sum, amount) => sum + (amount?.day ?? 0), 0)
  const [single, daily] = [over(own.single, bound.single), over(day, bound.day)]
  return [
    ...(single && bound.single !== undefined ? [tooMuch(line, substance, limits, { vi: 'một lần', en: 'at once', name: 'single' }, own.single, bound.single, bound.by, single)] : []),
    ...(daily && bound.day !== undefined ? [tooMuch(line, substance, limits, { vi: 'một ngày', en: 'a day', name: 'day' }, day, bound.day, bound.by, daily)] : []),
    ...(amounts.includes(undefined) ? [notChecked('dose', line.id, 'no-amount-of-other', { vi: `chưa cộng được ${substance.words.vi} của thuốc khác`, en: `${substance.words.en} of another drug could not be added` })] : []),
  ]
}

export const checkDose = (line: KnownLine, others: readonly KnownLine[], facts: PatientFacts, tables: SafetyTables): Check[] => {
  if (tables.limits === undefined) return [notChecked('dose', line.id, 'no-table', { vi: 'bệnh viện chưa có bảng giới hạn liều', en: 'the hospital has no table of dose limits' })]
  if (line.local) return [notChecked('dose', line.id, 'local', LOCAL_USE)]
  const found = line.substances.flatMap((substance) => ofSubstance(line, substance, others, facts, tables))
  return found.length > 0 ? found : [clear('dose', line.id, { vi: 'trong giới hạn', en: 'within the limits' })]
}

/** The gravest of some. */
export const worst = (grades: readonly Grade[]): Grade | undefined => GRADES.find((grade) => grades.includes(grade))

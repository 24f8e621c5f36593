/** A line against who takes it: age, kidney function, pregnancy and breast-feeding. Pure. */
import { mayBePregnant, type Check, type CheckKind, type Words } from '../model/safety.ts'
import type { KnownLine, PatientFacts } from './case.ts'
import { worst } from './dose.ts'
import { alert, clear, notChecked, shownNumber } from './finding.ts'
import { glomerularFiltration, isCreatinine } from './kidney-function.ts'
import { LOCAL_USE } from './pairs.ts'
import type { Limits, SafetyTables, Substance, Threshold } from './tables.ts'

/** A creatinine that is older says little of today. */
export const CREATININE_DAYS = 90

/** The strictest threshold that the value falls below. */
const belowOf = (thresholds: readonly Threshold[], value: number): Threshold | undefined => thresholds.filter(({ below }) => value < below).sort((a, b) => a.below - b.below)[0]

const silent = (kind: CheckKind, line: KnownLine, { words }: Substance): Check =>
  notChecked(kind, line.id, 'no-row', { vi: `bảng chưa có dữ liệu của ${words.vi}`, en: `the table has nothing on ${words.en}` })

/** Each substance is judged; whatever is said of one is said, and clear only when all are. */
const ofAll = (kind: CheckKind, line: KnownLine, tables: SafetyTables, judge: (substance: Substance, limits: Limits) => Check[], words: Words): Check[] => {
  if (tables.limits === undefined) return [notChecked(kind, line.id, 'no-table', { vi: 'bệnh viện chưa có bảng giới hạn', en: 'the hospital has no table of limits' })]
  if (line.local) return [notChecked(kind, line.id, 'local', LOCAL_USE)]
  const { limits } = tables
  const found = line.substances.flatMap((substance) => { const row = limits.get(substance.code); return row === undefined ? [silent(kind, line, substance)] : judge(substance, row) })
  return found.length > 0 ? found : [clear(kind, line.id, words)]
}

const ageShown = (months: number): Words => (months >= 24 ? { vi: `${Math.round(months / 12)} tuổi`, en: `${Math.round(months / 12)} years` } : { vi: `${shownNumber(months).vi} tháng tuổi`, en: `${shownNumber(months).en} months` })

export const checkAge = (line: KnownLine, { months }: PatientFacts, tables: SafetyTables): Check[] => ofAll('age', line, tables, (substance, limits) => {
  if (limits.age === undefined) return [silent('age', line, substance)]
  if (months === undefined) return limits.age.length === 0 ? [] : [notChecked('age', line.id, 'no-birth-date', { vi: 'chưa có ngày sinh', en: 'the day of birth is not known' })]
  const found = belowOf(limits.age, months)
  if (found === undefined) return []
  const shown = ageShown(found.below)
  return [alert('age', found.grade, { rule: substance.code, lines: [line.id], row: limits, on: String(found.below), words: { vi: `${substance.words.vi}: không khuyến cáo dưới ${shown.vi}.`, en: `${substance.words.en}: not recommended below ${shown.en}.` } })]
}, { vi: 'tuổi phù hợp', en: 'the age is right' })

const rateOf = ({ creatinine, months, gender, height }: PatientFacts): number | undefined =>
  creatinine === undefined || creatinine === 'unreadable' || months === undefined || gender === undefined ? undefined
    : glomerularFiltration({ years: Math.floor(months / 12), female: gender === 'female', creatinine: creatinine.value, height })

/** What a clear answer rests on: nothing where no substance of the line asks for the kidney, else the eGFR and the day of the creatinine. */
const kidneyWords = (line: KnownLine, facts: PatientFacts, tables: SafetyTables): Words => {
  const [rate, { creatinine }] = [rateOf(facts), facts]
  const asks = line.substances.some(({ code }) => (tables.limits?.get(code)?.kidney?.length ?? 0) > 0)
  if (!asks || rate === undefined || creatinine === undefined || creatinine === 'unreadable') return { vi: 'không cần chỉnh theo thận', en: 'no adjustment for the kidney' }
  const shown = String(Math.round(rate))
  return {
    vi: `không cần chỉnh theo thận: mức lọc cầu thận ${shown} ml/phút/1,73 m² (creatinin ngày ${creatinine.day.split('-').reverse().join('/')})`,
    en: `no adjustment for the kidney: eGFR ${shown} ml/min/1.73 m² (creatinine of ${creatinine.day})`,
  }
}

export const checkKidney = (line: KnownLine, facts: PatientFacts, tables: SafetyTables): Check[] => ofAll('kidney', line, tables, (substance, limits) => {
  if (limits.kidney === undefined) return [silent('kidney', line, substance)]
  if (limits.kidney.length === 0) return []
  const { creatinine, months, gender } = facts
  const unknown = (why: string, vi: string, en: string): Check[] => [notChecked('kidney', line.id, why, { vi, en })]
  if (creatinine === 'unreadable' || (creatinine !== undefined && !isCreatinine(creatinine.value))) {
    return unknown('unreadable-creatinine', 'creatinin mới nhất không đọc được (giá trị hoặc đơn vị bất thường)', 'the newest creatinine cannot be read (its value or unit is out of the ordinary)')
  }
  if (creatinine === undefined) return unknown('no-creatinine', 'chưa có creatinin', 'there is no creatinine')
  if (creatinine.daysAgo > CREATININE_DAYS) return unknown('old-creatinine', `creatinin đã cũ (${creatinine.daysAgo} ngày)`, `the creatinine is old (${creatinine.daysAgo} days)`)
  if (months === undefined || gender === undefined) return unknown('no-birth-date', 'chưa có ngày sinh hoặc giới tính', 'the day of birth or the sex is not known')
  const rate = rateOf(facts)
  if (rate === undefined) return unknown('no-height', 'chưa có chiều cao của trẻ', 'the height of the child is not known')
  const found = belowOf(limits.kidney, rate)
  if (found === undefined) return []
  const shown = String(Math.round(rate))
  return [alert('kidney', found.grade, {
    rule: substance.code, lines: [line.id], row: limits, on: `${found.below}/${shown}`,
    words: { vi: `${substance.words.vi}: mức lọc cầu thận ${shown} (dưới ${found.below} ml/phút/1,73 m²), chỉnh liều hoặc đổi thuốc.`, en: `${substance.words.en}: eGFR ${shown} (below ${found.below} ml/min/1.73 m²); adjust the dose or change the drug.` },
  })]
}, kidneyWords(line, facts, tables))

const trimesterOf = (weeks: number): number => (weeks < 14 ? 1 : weeks < 28 ? 2 : 3)

const inPregnancy = (line: KnownLine, substance: Substance, limits: Limits, weeks: number | undefined): Check[] => {
  if (limits.pregnancy === undefined) return [silent('pregnancy', line, substance)]
  const grade = weeks === undefined ? worst([...limits.pregnancy.values()]) : limits.pregnancy.get(trimesterOf(weeks))
  if (grade === undefined) return []
  const when = weeks === undefined ? { vi: 'có thai', en: 'pregnancy' } : { vi: `thai ${weeks} tuần`, en: `${weeks} weeks of pregnancy` }
  const what = grade === 'second-person' ? { vi: 'chống chỉ định', en: 'contraindicated' } : grade === 'reason' ? { vi: 'tránh dùng', en: 'to be avoided' } : { vi: 'thận trọng', en: 'with care' }
  return [alert('pregnancy', grade, { rule: substance.code, lines: [line.id], row: limits, on: String(weeks ?? '?'), words: { vi: `${substance.words.vi}: ${when.vi}, ${what.vi}.`, en: `${substance.words.en}: ${when.en}, ${what.en}.` } })]
}

const inLactation = (line: KnownLine, substance: Substance, limits: Limits): Check[] => {
  if (limits.lactation === undefined) return [silent('pregnancy', line, substance)]
  if (limits.lactation === 'none') return []
  return [alert('pregnancy', limits.lactation, {
    rule: `lactation/${substance.code}`, lines: [line.id], row: limits,
    words: { vi: `${substance.words.vi}: đang cho con bú, ${limits.lactation === 'note' ? 'thận trọng' : 'tránh dùng'}.`, en: `${substance.words.en}: breast-feeding, ${limits.lactation === 'note' ? 'with care' : 'to be avoided'}.` },
  })]
}

export const checkPregnancy = (line: KnownLine, facts: PatientFacts, tables: SafetyTables): Check[] => {
  if (!mayBePregnant(facts) && facts.pregnancy === undefined) return [clear('pregnancy', line.id, { vi: 'không áp dụng', en: 'does not apply' })]
  const { pregnancy } = facts
  return ofAll('pregnancy', line, tables, (substance, limits) => {
    if (pregnancy === undefined) {
      const harmless = limits.pregnancy?.size === 0 && limits.lactation === 'none'
      return harmless ? [] : [notChecked('pregnancy', line.id, 'not-asked', { vi: 'chưa hỏi có thai, cho con bú', en: 'nobody asked about pregnancy and breast-feeding' })]
    }
    if (pregnancy.status === 'yes') return inPregnancy(line, substance, limits, pregnancy.weeks)
    return pregnancy.status === 'lactating' ? inLactation(line, substance, limits) : []
  }, { vi: 'không có cảnh báo', en: 'nothing to warn of' })
}

/** A line against the others of the sheet and what the patient takes already: the same substance or class twice, and interactions. Pure. */
import type { Check, Grade } from '../model/safety.ts'
import type { KnownLine, RunningLine } from './case.ts'
import { alert, clear, named, notChecked } from './finding.ts'
import type { Interaction, SafetyTables, Substance } from './tables.ts'

export type Other = KnownLine & Partial<Pick<RunningLine, 'daysLeft'>>

/** What still lasts so long is renewed in time, not doubled. */
const RENEWAL_DAYS = 7

const called = (other: Other): { vi: string; en: string } => (other.running ? { vi: `${other.name} (đang dùng)`, en: `${other.name} (being taken)` } : { vi: other.name, en: other.name })
/** What is taken already is no line of the visit. */
const linesOf = (line: KnownLine, other: Other): string[] => (other.running ? [line.id] : [line.id, other.id])
const onOf = (other: Other): string | undefined => (other.running ? other.id : undefined)
const about = (other: Other): { on: string } | Record<string, never> => { const on = onOf(other); return on === undefined ? {} : { on } }

const isSystemic = ({ local, route }: KnownLine): boolean => !local && route !== 'INH'

const sameSubstance = (line: KnownLine, other: Other): Check[] => line.substances.filter(({ code }) => other.substances.some((one) => one.code === code)).map((substance) => {
  const lighter = isSystemic(line) !== isSystemic(other) || (other.running && other.daysLeft !== undefined && other.daysLeft <= RENEWAL_DAYS)
  const { vi, en } = called(other)
  return alert('duplicate', lighter ? 'note' : 'reason', {
    rule: substance.code, lines: linesOf(line, other), ...about(other), row: substance,
    words: { vi: `${substance.words.vi} có cả trong ${vi}.`, en: `${substance.words.en} is in ${en} too.` },
  })
})

const sameClass = (line: KnownLine, other: Other, tables: SafetyTables): Check[] => {
  if (!isSystemic(line) || !isSystemic(other)) return []
  const shared = new Set(line.substances.flatMap(({ classes }) => classes).filter((code) => other.substances.some(({ classes }) => classes.includes(code))))
  return [...shared].flatMap((code) => {
    const found = tables.classes.get(code)
    if (found?.duplicate === undefined || line.substances.some((one) => other.substances.some((two) => one.code === two.code && one.classes.includes(code)))) return []
    const { vi, en } = called(other)
    return [alert('duplicate', found.duplicate, { rule: code, lines: linesOf(line, other), ...about(other), row: found, words: { vi: `Cùng nhóm ${found.words.vi} với ${vi}.`, en: `Of the same class (${found.words.en}) as ${en}.` } })]
  })
}

/** Parts of a drug that is not in the table cannot be compared. */
const unknownOf = (kind: 'duplicate' | 'interaction', line: KnownLine, others: readonly Other[]): Check[] => {
  const unknown = others.filter((other) => other.unknown.length > 0)
  return unknown.length === 0 ? [] : [notChecked(kind, line.id, 'unknown-other', {
    vi: `chưa xét với ${unknown.map((other) => called(other).vi).join(', ')}: bảng không biết thuốc này`, en: `not against ${unknown.map((other) => called(other).en).join(', ')}: the table does not know it`,
  })]
}

export const checkDuplicate = (line: KnownLine, others: readonly Other[], tables: SafetyTables): Check[] => {
  const found = [...others.flatMap((other) => [...sameSubstance(line, other), ...sameClass(line, other, tables)]), ...unknownOf('duplicate', line, others)]
  if (found.length > 0) return found
  const byClass = isSystemic(line) ? others.filter(isSystemic).length : 0
  return [clear('duplicate', line.id, byClass === others.length ? { vi: `không trùng ${others.length} thuốc khác`, en: `none of ${others.length} other drugs` } : {
    vi: `không trùng hoạt chất với ${others.length} thuốc khác; nhóm thuốc đã so với ${byClass} (không so thuốc dùng tại chỗ, hít)`,
    en: `no substance of ${others.length} other drugs; the class was compared with ${byClass} (not where one is applied locally or inhaled)`,
  })]
}

const isSide = (side: string, { code, classes }: Substance): boolean => side === code || classes.includes(side)
const meets = ({ a, b }: Interaction, one: Substance, two: Substance): boolean => one.code !== two.code && ((isSide(a, one) && isSide(b, two)) || (isSide(a, two) && isSide(b, one)))

const ofPair = (line: KnownLine, other: Other, interactions: readonly Interaction[]): Check[] => {
  if (line.local || other.local) return []
  const { vi, en } = called(other)
  return interactions.filter((row) => line.substances.some((one) => other.substances.some((two) => meets(row, one, two)))).map((row) => alert('interaction', row.grade satisfies Grade, {
    rule: row.code, lines: linesOf(line, other), ...about(other), row, words: { vi: `Với ${vi}: ${row.words.vi}`, en: `With ${en}: ${row.words.en}` },
  }))
}

/** What is applied locally was compared with nothing. */
const localOf = (line: KnownLine, others: readonly Other[]): Check[] => {
  const local = others.filter((other) => other.local)
  return local.length === 0 ? [] : [notChecked('interaction', line.id, 'local-other', {
    vi: `chưa xét với ${local.map((other) => called(other).vi).join(', ')}: thuốc dùng tại chỗ`, en: `not against ${local.map((other) => called(other).en).join(', ')}: applied locally`,
  })]
}

/** No row names the substance or a class of it: that nothing was found of it says nothing. */
const isSilent = (substance: Substance, interactions: readonly Interaction[]): boolean => !substance.meetsNothing && !interactions.some(({ a, b }) => isSide(a, substance) || isSide(b, substance))

/** Other lines of the sheet say it of themselves; what is taken already has no line to say it. */
const silentOf = (line: KnownLine, others: readonly Other[], interactions: readonly Interaction[]): Check[] => {
  if (others.length === 0) return []
  const own = named(line.substances.filter((substance) => isSilent(substance, interactions)))
  const taken = others.filter((other) => other.running && !other.local && other.substances.some((substance) => isSilent(substance, interactions)))
  return [
    ...(own.vi === '' ? [] : [notChecked('interaction', line.id, 'no-row', { vi: `bảng chưa có tương tác của hoạt chất này (${own.vi})`, en: `the table has no interaction of this substance (${own.en})` })]),
    ...(taken.length === 0 ? [] : [notChecked('interaction', line.id, 'no-row-of-other', {
      vi: `chưa xét với ${taken.map((other) => called(other).vi).join(', ')}: bảng chưa có tương tác của hoạt chất này`, en: `not against ${taken.map((other) => called(other).en).join(', ')}: the table has no interaction of its substance`,
    })]),
  ]
}

export const checkInteraction = (line: KnownLine, others: readonly Other[], tables: SafetyTables): Check[] => {
  if (tables.interactions === undefined) return [notChecked('interaction', line.id, 'no-table', { vi: 'bệnh viện chưa có bảng tương tác', en: 'the hospital has no table of interactions' })]
  const { interactions } = tables
  if (line.local) return others.length === 0 ? [clear('interaction', line.id, NO_OTHERS)] : [notChecked('interaction', line.id, 'local', LOCAL_USE)]
  const found = [...others.flatMap((other) => ofPair(line, other, interactions)), ...unknownOf('interaction', line, others), ...localOf(line, others), ...silentOf(line, others, interactions)]
  if (found.length > 0) return found
  return [clear('interaction', line.id, others.length === 0 ? NO_OTHERS : { vi: `${interactions.length} cặp đã xét với ${others.length} thuốc khác`, en: `${interactions.length} pairs against ${others.length} other drugs` })]
}

const NO_OTHERS = { vi: 'không có thuốc khác', en: 'no other drug' }
export const LOCAL_USE = { vi: 'thuốc dùng tại chỗ, bảng không xét', en: 'applied locally, the table does not judge it' }

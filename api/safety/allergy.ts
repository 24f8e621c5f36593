/** Recorded allergies against a line: the substance, its class, and classes that cross-react. What an allergy says that no table knows is not checked. Pure. */
import { fold } from '../model/fold.ts'
import type { Check, Grade } from '../model/safety.ts'
import type { AllergyFact, KnownLine, SafetyCase } from './case.ts'
import { alert, clear, notChecked } from './finding.ts'
import type { DrugClass, SafetyTables, Substance } from './tables.ts'

/** Shorter names stand for themselves only: "ampi" is no part of another word. */
const PART_OF_WORD = 5
/** Words around what somebody does not tolerate. */
const FILLERS: ReadonlySet<string> = new Set(['di', 'ung', 'voi', 'an', 'thuc', 'pham', 'cac', 'loai', 'va', 'bi', 'nang', 'nhe'])

const spaced = (text: string): string => ` ${fold(text).split(/[^a-z0-9]+/).filter(Boolean).join(' ')} `
const names = (text: string, name: string): boolean => (name.length >= PART_OF_WORD ? text.includes(spaced(name).trim()) : text.includes(spaced(name)))

interface Meant { readonly substances: readonly Substance[]; readonly classes: readonly DrugClass[]; readonly known: boolean }

/** Nothing but the names of a class that is no drug: "tôm cua", "không dị ứng". */
const isNoDrug = (part: string, { allergy, names: own, code }: DrugClass): boolean => {
  if (allergy !== 'other') return false
  const words = spaced(part).trim().split(' ')
  const known = new Set(own.flatMap((name) => name.split(' ')))
  return code === 'none' ? own.includes(words.join(' ')) : words.every((word) => known.has(word) || FILLERS.has(word)) && words.some((word) => known.has(word))
}

const meaningOf = (part: string, tables: SafetyTables): Meant => {
  const text = spaced(part)
  const substances = [...tables.substances.values()].filter((substance) => substance.names.some((name) => names(text, name)))
  const classes = [...tables.classes.values()].filter((one) => one.allergy === 'yes' && one.names.some((name) => names(text, name)))
  return { substances, classes, known: substances.length > 0 || classes.length > 0 || [...tables.classes.values()].some((one) => isNoDrug(part, one)) }
}

const raised = (grade: Grade, high: boolean): Grade => (!high ? grade : grade === 'note' ? 'reason' : 'second-person')

const ofAllergy = (line: KnownLine, { text, high }: AllergyFact, part: string, tables: SafetyTables): Check[] => {
  const meant = meaningOf(part, tables)
  if (!meant.known) {
    return [notChecked('allergy', line.id, 'unknown-allergy', { vi: `bảng không biết dị ứng “${part}”`, en: `the tables do not know the allergy “${part}”` })]
  }
  const classes = new Map([...meant.classes, ...meant.substances.flatMap((substance) => substance.classes.flatMap((code) => tables.classes.get(code) ?? []))]
    .filter(({ allergy }) => allergy === 'yes').map((one) => [one.code, one]))
  return line.substances.flatMap((substance): Check[] => {
    const on = `${fold(text)}${high ? '!' : ''}`
    if (meant.substances.some(({ code }) => code === substance.code)) {
      return [alert('allergy', raised('reason', high), {
        rule: substance.code, lines: [line.id], on, row: substance,
        words: { vi: `Dị ứng đã ghi “${text}”: ${substance.words.vi} có trong thuốc này.`, en: `Recorded allergy “${text}”: this drug holds ${substance.words.en}.` },
      })]
    }
    const own = substance.classes.flatMap((code) => classes.get(code) ?? [])[0]
    if (own !== undefined) {
      return [alert('allergy', raised('reason', high), {
        rule: `${own.code}/${substance.code}`, lines: [line.id], on, row: own,
        words: { vi: `Dị ứng đã ghi “${text}”: ${substance.words.vi} cùng nhóm ${own.words.vi}.`, en: `Recorded allergy “${text}”: ${substance.words.en} is of the class ${own.words.en}.` },
      })]
    }
    const crossing = [...classes.values()].flatMap((one) => substance.classes.flatMap((code) => { const grade = one.cross.get(code); return grade ? [{ one, grade }] : [] }))[0]
    return crossing === undefined ? [] : [alert('allergy', raised(crossing.grade, high), {
      rule: `${crossing.one.code}~${substance.code}`, lines: [line.id], on, row: crossing.one,
      words: { vi: `Dị ứng đã ghi “${text}”: ${substance.words.vi} có thể phản ứng chéo với ${crossing.one.words.vi}.`, en: `Recorded allergy “${text}”: ${substance.words.en} may cross-react with ${crossing.one.words.en}.` },
    })]
  })
}

/** "tôm, penicillin và aspirin": each is judged for itself. */
const partsOf = (text: string): string[] => text.split(/[,;+/\n]|\s(?:và|and)\s/i).map((part) => part.trim()).filter((part) => part !== '')

/** Without a record nobody asked: that is no answer, and never clear. */
export const checkAllergy = (line: KnownLine, { allergies, noneKnown }: Pick<SafetyCase, 'allergies' | 'noneKnown'>, tables: SafetyTables): Check[] => {
  const found = allergies.flatMap((allergy) => partsOf(allergy.text).flatMap((part) => ofAllergy(line, allergy, part, tables)))
  if (found.length > 0) return found
  if (allergies.length > 0) return [clear('allergy', line.id, { vi: `không trùng ${allergies.length} dị ứng đã ghi`, en: `none of ${allergies.length} recorded allergies` })]
  return noneKnown ? [clear('allergy', line.id, { vi: 'đã hỏi, không có dị ứng thuốc', en: 'asked, no known drug allergy' })]
    : [notChecked('allergy', line.id, 'not-asked', { vi: 'chưa hỏi dị ứng', en: 'nobody asked about allergies' })]
}

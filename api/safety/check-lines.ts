/** All checks of all lines. Each line has an answer of each kind, whatever is missing: silence would be read as safety. The order of the lines does not matter. Pure. */
import { CHECK_KINDS, type Check, type CheckKind, type LineChecks } from '../model/safety.ts'
import { checkAllergy } from './allergy.ts'
import { knowLine, type KnownLine, type SafetyCase } from './case.ts'
import { checkDose } from './dose.ts'
import { named, notChecked } from './finding.ts'
import { checkDuplicate, checkInteraction, type Other } from './pairs.ts'
import { checkAge, checkKidney, checkPregnancy } from './person.ts'
import type { SafetyTables } from './tables.ts'

/** Of what the table does not know nothing can be said. */
const unknownParts = (kind: CheckKind, line: KnownLine, tables: SafetyTables): Check[] => {
  if (tables.substances.size === 0 || tables.classes.size === 0) return [notChecked(kind, line.id, 'no-table', { vi: 'bệnh viện chưa có bảng hoạt chất, nhóm thuốc', en: 'the hospital has no tables of substances and classes' })]
  const names = named(line.unknown.map((name) => ({ words: { vi: name, en: name } })))
  return line.unknown.length === 0 ? [] : [notChecked(kind, line.id, 'unknown-drug', { vi: `bảng không biết ${names.vi}`, en: `the table does not know ${names.en}` })]
}

const order = (a: Check, b: Check): number =>
  CHECK_KINDS.indexOf(a.kind) - CHECK_KINDS.indexOf(b.kind) || (a.key < b.key ? -1 : a.key > b.key ? 1 : a.words.vi < b.words.vi ? -1 : 1)

const once = (checks: readonly Check[]): Check[] => [...new Map(checks.map((check) => [`${check.key} ${check.words.vi}`, check])).values()].sort(order)

/** What a second person confirms is this drug in this dose by this route, and no other that takes its place. */
const sealed = (check: Check, lines: readonly KnownLine[]): Check => (check.verdict !== 'second-person' ? check : {
  ...check, key: [check.key, ...lines.filter(({ id }) => check.lines.includes(id)).map(({ code, name, dose, doseUnit, frequency, route }) => [code || name, dose ?? '?', doseUnit, frequency ?? '?', route].join('/')).sort()].join('|'),
})

export const checkLines = ({ lines, running, allergies, noneKnown, facts }: SafetyCase, tables: SafetyTables): LineChecks[] => {
  const known = lines.map((line) => knowLine(line, tables))
  const taken: Other[] = running.map((line) => ({ ...knowLine(line, tables, true), daysLeft: line.daysLeft }))
  return known.map((line) => {
    // by place and not by id: the same id twice must not make a line its own other
    const others = [...known.filter((other) => other !== line), ...taken.filter((other) => other.id !== line.id)]
    const byKind: Readonly<Record<CheckKind, () => Check[]>> = {
      allergy: () => checkAllergy(line, { allergies, noneKnown }, tables), duplicate: () => checkDuplicate(line, others, tables), interaction: () => checkInteraction(line, others, tables),
      dose: () => checkDose(line, others, facts, tables), age: () => checkAge(line, facts, tables), kidney: () => checkKidney(line, facts, tables), pregnancy: () => checkPregnancy(line, facts, tables),
    }
    return {
      line: line.id, checks: once(CHECK_KINDS.flatMap((kind) => {
        const unknown = unknownParts(kind, line, tables)
        // of a drug with a part that is known, what is found of that part still counts; clear it is not
        const found = line.substances.length === 0 ? [] : byKind[kind]()
        return unknown.length === 0 ? found : [...unknown, ...found.filter(({ verdict }) => verdict !== 'clear')]
      }).map((check) => sealed(check, known))),
    }
  })
}

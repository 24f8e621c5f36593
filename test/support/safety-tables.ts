/** The starter tables of the safety checks as a hospital has them, and a case to change. */
import { readFileSync } from 'node:fs'
import type { DrugLine, SafetyCase } from '#api/safety/case.ts'
import { readTables, type SafetyRows, type SafetyTables } from '#api/safety/tables.ts'
import { readListFile } from '#api/terminology/list-file.ts'
import { mapRows } from '#api/terminology/mapping.ts'
import type { Concept } from '#api/model/ports.ts'

const FIXED = new Set(['code', 'display', 'displayEn', 'reviewed'])

export const readStarterList = async (list: string): Promise<Concept[]> => {
  const rows = await readListFile(readFileSync(new URL(`../../api/terminology/lists/${list}.csv`, import.meta.url)))
  const titles = rows[0] ?? []
  const { concepts, errors } = mapRows(rows, {
    list, version: 'starter-2026.1', validFrom: '2015-01-01', source: '', licence: '', starter: true, complete: false,
    columns: { code: 'code', display: 'display', reviewed: 'reviewed', ...(titles.includes('displayEn') && { displayEn: 'displayEn' }), properties: Object.fromEntries(titles.filter((title) => !FIXED.has(title)).map((title) => [title, title])) },
  })
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return concepts
}

export const starterRows = async (): Promise<SafetyRows> => ({
  'drug-substances': await readStarterList('drug-substances'), 'drug-classes': await readStarterList('drug-classes'),
  'drug-interactions': await readStarterList('drug-interactions'), 'drug-limits': await readStarterList('drug-limits'),
})
export const starterTables = async (): Promise<SafetyTables> => readTables(await starterRows())

/** A line of the formulary: "CLARI500", one unit each time unless told otherwise. */
export const lineOf = (medicines: readonly Concept[], code: string, more: Partial<DrugLine> = {}): DrugLine => {
  const found = medicines.find((concept) => concept.code === code)
  if (found === undefined) throw new Error(`no ${code} in the formulary`)
  const { inn = '', strength = '', unit = '', route = '', dose, frequency } = found.properties
  return { id: code.toLowerCase(), code, name: found.display, inn, strength, unit, doseUnit: unit, dose: Number(dose ?? 1), frequency: Number(frequency ?? 1), route, ...more }
}

/** A man of 40 years and 60 kg, of whom all is known. */
export const caseOf = (lines: readonly DrugLine[], more: Partial<Omit<SafetyCase, 'facts' | 'lines'>> = {}, facts: Partial<SafetyCase['facts']> = {}): SafetyCase => ({
  lines, running: [], allergies: [], noneKnown: true, ...more,
  facts: { months: 480, gender: 'male', weight: 60, height: 165, creatinine: { value: 80, daysAgo: 3, day: '2026-11-25' }, pregnancy: undefined, ...facts },
})

/** The limits of vital signs on the sheet and in the profiles, and which rows a sheet takes off the visit. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LOINC } from '#api/model/systems.ts'
import { createValidator } from '#api/validation/validator.ts'
import { unreadableVitals, VITAL_LIMITS } from '#web/features/visit/vital-ranges.ts'
import { emptyVisitForm, removedRows, VITALS, type DrugRow, type Vital, type VisitForm } from '#web/features/visit/visit-form.ts'

describe('the limits of vital signs', () => {
  const example = (name: string): Record<string, unknown> => JSON.parse(readFileSync(new URL(`../../../fhir-profiles/examples/valid/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>
  const validator = createValidator()
  const quantity = (name: Vital, value: number) => ({ value, unit: LOINC[name].shown, system: 'http://unitsofmeasure.org', code: LOINC[name].unit })
  const pressure = (systolic: number, diastolic: number) => ({
    ...example('vn-mil-blood-pressure'),
    component: ([['systolic', systolic], ['diastolic', diastolic]] as const).map(([name, value]) => ({ code: { coding: [{ system: 'http://loinc.org', code: LOINC[name].code }] }, valueQuantity: quantity(name, value) })),
  })
  const accepts = (name: Vital, value: number): boolean => validator.validate(
    name === 'systolic' ? pressure(value, Math.min(60, value - 1)) : name === 'diastolic' ? pressure(300, value)
      : { ...example('vn-mil-vital-sign'), code: { coding: [{ system: 'http://loinc.org', code: LOINC[name].code }] }, valueQuantity: quantity(name, value) },
  ).length === 0

  it.each(VITALS)('are the same on the sheet and in the profile: %s', (name) => {
    const { least, most } = VITAL_LIMITS[name]
    expect([least, most].map((value) => accepts(name, value))).toEqual([true, true])
    expect([least / 2, most * 1.1].map((value) => accepts(name, value))).toEqual([false, false])
  })
})

describe('a number that the record cannot hold', () => {
  it('stops the sheet, for it would be left out', () => {
    expect(unreadableVitals({ ...emptyVisitForm().vitals, weight: '1e2', height: '0xAA', pulse: '80,123456' })).toEqual(['pulse', 'weight', 'height'])
  })
})

describe('a row that is taken off the sheet', () => {
  it('is one that the sheet has shown', () => {
    const drug: DrugRow = { id: 'm1', code: { system: 's', version: 'v', code: 'AMOX', display: 'Amoxicillin 500 mg' }, unit: 'viên', doseUnit: 'viên', dose: '0.5', frequency: 3, days: 7, quantity: 11, note: '' }
    const before: VisitForm = { ...emptyVisitForm(), drugs: [{ ...drug, version: 2 }, { ...drug, id: 'm2', version: 1 }], shown: ['m1', 'm2'] }
    expect(removedRows(before, { ...before, drugs: before.drugs.slice(1) })).toEqual([{ type: 'MedicationRequest', id: 'm1', version: 2 }])
    expect(removedRows(before, before)).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { objectFromPlain, type JsonObject } from '#api/model/json.ts'
import type { Concept } from '#api/model/ports.ts'
import { CODE_SYSTEM, LOINC } from '#api/model/systems.ts'
import { readCase, type CaseSource } from '#api/safety/read-case.ts'

const observation = (kind: { readonly code: string }, value: number, unit: string, more: Readonly<Record<string, string>> = {}): JsonObject => objectFromPlain({
  resourceType: 'Observation', status: 'final', effectiveDateTime: '2026-11-25T23:30:00+07:00', code: { coding: [{ system: CODE_SYSTEM.loinc, code: kind.code }] }, valueQuantity: { value, unit, code: unit }, ...more,
})
const medicineOf = (route: string) => (code: string): Concept => ({ system: CODE_SYSTEM.medicines, version: 'v', code, display: code, properties: { inn: 'Ibuprofen', unit: 'viên', route }, reviewed: false })
const read = (more: Partial<CaseSource>) => readCase({
  patient: objectFromPlain({ resourceType: 'Patient', gender: 'male', birthDate: '1980-01-01' }), medications: [], running: [], allergies: [], observations: [], creatinine: [], medicine: () => undefined,
  at: new Date('2026-11-28T08:00:00+07:00'), timeZone: 'Asia/Ho_Chi_Minh', ...more,
})

describe('the facts of the patient', () => {
  it.each([
    [61.5, 'kg', 61.5], [3200, 'g', 3.2], [100, '[lb_av]', 45.359_237], [61.5, 'lb', undefined], [61.5, '', undefined], [351, 'kg', undefined], [0.2, 'kg', undefined], [61.5, 'g', undefined], [61.5, 'constructor', undefined],
  ])('weight %d %s is %s kg', (value, unit, wanted) => {
    expect(read({ observations: [observation(LOINC.weight, value, unit)] }).facts.weight).toBe(wanted)
  })

  it.each([[165, 'cm', 165], [1.65, 'm', 165], [60, '[in_i]', 152.4], [165, 'mm', undefined]])('height %d %s is %s cm', (value, unit, wanted) => {
    expect(read({ observations: [observation(LOINC.height, value, unit)] }).facts.height).toBe(wanted)
  })

  it.each([
    ['is of the day at the hospital', [observation(LOINC.creatinine, 1, 'mg/dL')], { value: 88.4, daysAgo: 2, day: '2026-11-25' }],
    ['is not an older one where the newest final one has an unreadable unit', [observation(LOINC.creatinine, 90, 'mmol/L'), observation(LOINC.creatinine, 80, 'umol/L')], 'unreadable'],
    ['is not an older one where the newest final one is out of the ordinary', [observation(LOINC.creatinine, 1, 'umol/L'), observation(LOINC.creatinine, 80, 'umol/L')], 'unreadable'],
    ['is the final one behind a preliminary one', [observation(LOINC.creatinine, 90, 'mmol/L', { status: 'preliminary' }), observation(LOINC.creatinine, 80, 'umol/L')], { value: 80, daysAgo: 2, day: '2026-11-25' }],
    ['is not there', [], undefined],
  ] as const)('creatinine %s', (_name, creatinine, wanted) => {
    expect(read({ creatinine }).facts.creatinine).toEqual(wanted)
  })
})

describe('the route that a line is judged by', () => {
  const routeOf = (chosen: string, formulary: string): string | undefined => read({
    medicine: medicineOf(formulary),
    medications: [objectFromPlain({ resourceType: 'MedicationRequest', id: 'd1', medicationCodeableConcept: { coding: [{ system: CODE_SYSTEM.medicines, code: 'IBU400' }] }, dosageInstruction: [chosen === '' ? {} : { route: { coding: [{ code: chosen }] } }] })],
  }).lines[0]?.route
  it.each([['TOP', 'PO', 'PO'], ['INH', 'PO', 'PO'], ['IV', 'PO', 'IV'], ['PO', 'TOP', 'PO'], ['TOP', 'OPH', 'TOP'], ['', 'PO', 'PO'], ['TOP', '', 'TOP']])('chosen “%s”, in the formulary “%s”: %s', (chosen, formulary, wanted) => {
    expect(routeOf(chosen, formulary)).toBe(wanted)
  })
})

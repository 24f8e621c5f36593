/** Findings of the server as a person reads them: Vietnamese, with the field or the row of the sheet. */
import { describe, expect, it } from 'vitest'
import { objectFromPlain } from '#api/model/json.ts'
import { LOINC, CODE_SYSTEM } from '#api/model/systems.ts'
import { createValidator } from '#api/validation/validator.ts'
import { issueTexts } from '#web/fhir/issue-text.ts'
import { placeOnSheet } from '#web/features/visit/place-on-sheet.ts'
import { i18n, withTexts } from '#web/i18n/index.ts'

await withTexts('visit', () => Promise.resolve())()

const t = (key: string): string => i18n.global.t(key)
const known = [
  { resourceType: 'Observation', id: 'o1', code: { text: 'Nhiệt độ' } }, { resourceType: 'Condition', id: 'c1', code: { text: 'Viêm họng cấp' } },
  { resourceType: 'MedicationRequest', id: 'm1', medicationCodeableConcept: { coding: [{ display: 'Amoxicillin 500 mg' }] } },
].map((resource) => objectFromPlain(resource))
const place = (expression: string) => placeOnSheet(expression, known, t)

describe('a finding', () => {
  it('is said in Vietnamese with its place on the sheet', () => {
    expect(issueTexts([
      { message: 'Missing element: at least 1 needed', expression: 'MedicationRequest/m1.dosageInstruction' },
      { message: 'icd10: Expected 1..1 values, found 0', expression: 'Condition/c1.code.coding' },
      { message: 'Giá trị đo không thể có (vn-possible)', expression: 'Observation/o1' },
      { message: 'No coding is in the value set condition-ver-status', expression: 'Condition/gone.verificationStatus' },
    ], place)).toEqual([
      'Amoxicillin 500 mg, Liều: Còn thiếu.', 'Viêm họng cấp, mã: Còn thiếu.', 'Nhiệt độ: Giá trị đo không thể có', 'Chẩn đoán: Mã không có trong danh mục được phép.',
    ])
    expect(place('MedicationRequest/m1.dispenseRequest.expectedSupplyDuration.value')).toBe('Amoxicillin 500 mg, Số ngày')
    expect(place('Encounter/e1.reasonCode[0].text')).toBe('Lý do đến khám')
    expect(place('Bundle.entry')).toBeUndefined()
  })

  it('is never English, whatever the validator says', () => {
    const vital = { resourceType: 'Observation', status: 'done', code: { coding: [{ system: CODE_SYSTEM.loinc, code: LOINC.pulse.code }] }, valueQuantity: { value: '82', code: 5 }, effectiveDateTime: '2026-02-30', subject: { reference: 'Device/1' }, performer: {}, note: [], foo: 1, category: null }
    const found = ['vn-mil-vital-sign', 'vn-mil-clinical-note'].flatMap((name) => createValidator().validate(vital, { profiles: [`https://quany.example/fhir/StructureDefinition/${name}`] }))
    expect(found.length).toBeGreaterThan(8)
    for (const text of issueTexts(found, () => undefined)) expect(text).toMatch(/[à-ỹđ]/)
    for (const message of ['If the code is SOMETHING then it shall be so (obs-7)', 'The profile https://x is for Patient']) expect(issueTexts([{ message }])).toEqual(['Nội dung chưa đúng quy định.'])
  })
})

/** The line of a drug on a prescription. */
import { describe, expect, it } from 'vitest'
import { drugLine } from '#api/printing/dosage.ts'

const request = (dosage: object, more: object = {}) => ({
  resourceType: 'MedicationRequest', medicationCodeableConcept: { coding: [{ display: 'Amoxicillin 500 mg, viên nang' }] }, dosageInstruction: [dosage],
  dispenseRequest: { quantity: { value: 21, unit: 'viên' }, expectedSupplyDuration: { value: 7, unit: 'ngày', code: 'd' } }, ...more,
})
const structured = {
  timing: { repeat: { frequency: 3, period: 1, periodUnit: 'd', when: ['PC'], boundsDuration: { value: 7, code: 'd', unit: 'ngày' } } },
  route: { coding: [{ display: 'Uống' }] }, doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }],
}

describe('drug line', () => {
  it('says route, times a day, dose, moment and days', () => {
    expect(drugLine(request(structured), false)).toEqual({ name: 'Amoxicillin 500 mg, viên nang', quantity: '21 viên', words: '', directions: ['Uống ngày 3 lần, mỗi lần 1 viên, sau ăn, trong 7 ngày'] })
  })

  it('prints the typed direction alone when it says all the numbers', () => {
    expect(drugLine(request({ ...structured, text: 'Uống 3 lần/ngày, mỗi lần 1 viên, trong 7 ngày, sau bữa ăn' }), false).directions).toEqual(['Uống 3 lần/ngày, mỗi lần 1 viên, trong 7 ngày, sau bữa ăn'])
  })

  it('adds what a typed direction leaves out', () => {
    expect(drugLine(request({ ...structured, text: 'Uống khi no' }), false).directions).toEqual(['Uống ngày 3 lần, mỗi lần 1 viên, sau ăn, trong 7 ngày', 'Uống khi no'])
  })

  it('gives the days when neither text nor timing does', () => {
    expect(drugLine(request({ text: 'Bôi ngày 17 ngày' }), false).directions).toEqual(['Bôi ngày 17 ngày', 'Số ngày dùng: 7 ngày'])
  })

  it('writes quantities of narcotics in words and small ones with a zero', () => {
    expect(drugLine(request(structured, { dispenseRequest: { quantity: { value: 6, unit: 'ống' } } }), true)).toMatchObject({ quantity: '06 ống', words: 'Sáu ống' })
  })

  it.each([
    [{ timing: { repeat: { frequency: 1, period: 8, periodUnit: 'h' } } }, 'Mỗi 8 giờ 1 lần'],
    [{ timing: { repeat: { frequency: 2, period: 1, periodUnit: 'wk' } } }, 'Tuần 2 lần'],
    [{ timing: { repeat: { frequency: 1, frequencyMax: 2, period: 1, periodUnit: 'd' } }, asNeededBoolean: true }, 'Ngày 1-2 lần, khi cần'],
    [{ doseAndRate: [{ doseRange: { low: { value: 0.5 }, high: { value: 1, unit: 'viên' } } }] }, 'Mỗi lần 0,5-1 viên'],
    [{ timing: { repeat: { timeOfDay: ['08:00:00', '20:00:00'] } } }, 'Lúc 08:00, lúc 20:00'],
  ])('reads %j as "%s"', (dosage, wanted) => {
    expect(drugLine({ dosageInstruction: [dosage] }, false).directions).toEqual([wanted])
  })

  it('answers empty texts for an empty or wrong request', () => {
    for (const wrong of [{}, null, 5, { dosageInstruction: 'x', dispenseRequest: [] }]) expect(drugLine(wrong, false)).toEqual({ name: '', quantity: '', words: '', directions: [] })
  })
})

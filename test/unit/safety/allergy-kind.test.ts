/** What a stored AllergyIntolerance says, by its words and codes: something to be warned of, that there is none, or that nobody knows. */
import type { AllergyIntolerance } from '@medplum/fhirtypes'
import { describe, expect, it } from 'vitest'
import { allergyKind, currentAllergies, noneWords, saysNone, saysNoneOfDrugs } from '#api/model/allergy.ts'
import { allergyText } from '#api/printing/clinical-text.ts'

const allergy = (code: AllergyIntolerance['code']): AllergyIntolerance => ({ resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/p1' }, recordedDate: '2026-11-22', code })
const coded = (code: string): AllergyIntolerance => allergy({ coding: [{ code }] })

describe('what an allergy says', () => {
  it.each(['Không dị ứng', 'không có tiền sử dị ứng.', 'Không dị ứng thuốc', 'Không có tiền sử dị ứng thuốc', 'Chưa ghi nhận dị ứng thuốc.', 'Không ghi nhận dị ứng thuốc'])('“%s” is that there is none', (text) => {
    expect(allergyKind(allergy({ text }))).toBe('none-known')
  })
  it.each(['716186003', 'no-known-allergies', '409137002', 'no-known-medication-allergies'])('%s is that there is none', (code) => { expect(allergyKind(coded(code))).toBe('none-known') })
  it.each(['no-allergy-info', 'no-known-food-allergies', 'no-known-environmental-allergies'])('%s is no answer about drugs, and nothing to be warned of', (code) => {
    expect([allergyKind(coded(code)), currentAllergies([coded(code)], allergyKind)]).toEqual(['unasked', []])
  })
  it.each(['Chưa ghi nhận', 'Chưa ghi nhận dị ứng.', 'chưa hỏi', 'Chưa khai thác được', 'KHÔNG RÕ'])('“%s” is that nobody knows, which is neither an answer nor a warning', (text) => {
    expect([allergyKind(allergy({ text })), currentAllergies([allergy({ text })], allergyKind), saysNone(text) || saysNoneOfDrugs(text)]).toEqual(['unasked', [], false])
  })
  it.each(['Penicillin', 'Dị ứng thuốc', 'Không rõ tên thuốc', 'Chưa ghi nhận dị ứng thuốc trừ penicillin', 'Không dị ứng thuốc trừ penicillin', 'Không dị ứng thức ăn'])('“%s” is nothing of that', (text) => { expect(allergyKind(allergy({ text }))).toBe('known') })

  it('that there is none of drugs is shown and printed as it was written, never as more', () => {
    expect([noneWords(['409137002'], undefined), noneWords(['409137002'], 'Không ghi nhận dị ứng thuốc, thức ăn chưa hỏi'), noneWords([], 'Không dị ứng thuốc'), noneWords([], 'không'), noneWords([], 'Tôm')])
      .toEqual(['Không ghi nhận dị ứng thuốc', 'Không ghi nhận dị ứng thuốc, thức ăn chưa hỏi', 'Không dị ứng thuốc', 'Không ghi nhận dị ứng', undefined])
    expect([allergyText(allergy({ text: 'Không dị ứng thuốc' })), allergyText(coded('716186003'))]).toEqual(['Không dị ứng thuốc (đã hỏi 22/11/2026)', 'Không ghi nhận dị ứng (đã hỏi 22/11/2026)'])
  })
})

/** What api/visit puts into a document is what the forms print: the two know each other only by model/form-sections.ts. */
import { randomInt, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { objectFromPlain, parseJsonObject, JsonNumber } from '#api/model/json.ts'
import { createPrinter } from '#api/printing/printer.ts'
import { createValidator } from '#api/validation/validator.ts'
import { prepareSigning, type Prepared, type SigningRequest } from '#api/visit/prepare-signing.ts'
import { readVisitBundle } from '#api/visit/read-visit-bundle.ts'
import { keyOf } from '#api/visit/settle-changes.ts'
import { makeAllergy, makeDiagnosis, makeDrug, makeEncounter, makeNote, makeOrder, makeSheet, makeVital, PATIENT, type SheetEntry } from '#test/support/visit.ts'
import { LETTERHEAD } from '#test/unit/forms/sample-document.ts'
import { squeeze, textOf } from './pdf-tools.ts'

const printer = createPrinter({ timeZone: 'Asia/Ho_Chi_Minh' })
const context = { encounter: 'luot-1' }
const encounter = makeEncounter('luot-1', 'khoa-kham')
const main = makeDiagnosis(context, 'J06.9', 'Nhiễm trùng hô hấp trên cấp', '2026')
const second = makeDiagnosis(context, 'R50.9', 'Sốt', '2026')
const weight = makeVital(context, 'weight', 61.5)

const prepare = (entries: readonly SheetEntry[], more: Partial<SigningRequest> = {}): Prepared => prepareSigning({
  changes: readVisitBundle(objectFromPlain(makeSheet(entries)), randomUUID),
  stored: [encounter].map((resource) => { const json = objectFromPlain(resource); return { key: keyOf(json), version: 1, resource: json } }), mode: 'open', reason: '',
  facts: {
    patient: objectFromPlain(PATIENT), hospital: objectFromPlain({ resourceType: 'Organization', id: 'benh-vien', name: 'Bệnh viện Quân y 900' }),
    department: objectFromPlain({ resourceType: 'Organization', id: 'khoa-kham', name: 'Khoa khám bệnh' }), practitioner: objectFromPlain({ resourceType: 'Practitioner', id: 'bs-mau', name: [{ text: 'Trần Văn Mẫu' }] }),
  },
  documents: [], day: '2026-11-22', at: new Date('2026-11-22T02:00:00.000Z'), timeZone: 'Asia/Ho_Chi_Minh', base: 'http://127.0.0.1:8080/fhir/R4', facility: '90001', kindOf: () => 'C',
  newId: randomUUID, newCode: () => randomUUID(), random: (below) => randomInt(below), ...more,
})

const prepared = prepare([
  { resource: { ...encounter, diagnosis: [{ condition: { reference: `Condition/${main.id}` }, rank: 1 }, { condition: { reference: `Condition/${second.id}` }, rank: 2 }] }, version: 1 },
  { resource: makeNote(context, 'history', 'Ho khan, sốt 38 độ') }, { resource: makeNote(context, 'plan', 'Nghỉ ngơi, uống nhiều nước') }, { resource: second }, { resource: main },
  { resource: makeDrug(context, 'PARA500', 'Paracetamol 500 mg', '2026.1', { days: 3 }) }, { resource: makeOrder(context, 'CTM', 'Tổng phân tích tế bào máu', '2026.1') }, { resource: makeAllergy(context, 'Penicillin') },
  { resource: { ...weight, valueQuantity: { ...weight.valueQuantity, value: new JsonNumber('61.50') } } },
])

const print = async (index: number, document = prepared.documents[index]): Promise<string> => {
  if (!document) throw new Error(`no document ${index}`)
  const { pdf } = await printer.print({
    form: document.form, letterhead: LETTERHEAD, bundle: document.bundle, bundleSha256: 'cd'.repeat(32), code: document.code, verifyUrl: 'http://127.0.0.1:8080/xac-minh', at: new Date('2026-11-22T02:00:00Z'), signer: { name: 'Thiếu tá, BS Trần Văn Mẫu', title: '' },
  })
  return squeeze(textOf(pdf))
}

describe('documents of a visit', () => {
  it('print as a summary, with the digits that were measured', async () => {
    const text = await print(0)
    for (const part of [
      'Bệnh chính: Nhiễm trùng hô hấp trên cấp (J06.9)', 'Bệnh kèm theo: Sốt (R50.9)', 'Ho khan, sốt 38 độ', 'Hướng điều trị tiếp theo: Nghỉ ngơi, uống nhiều nước', 'Cân nặng: 61,50 kg', 'Tổng phân tích tế bào máu', 'Penicillin',
      '1) Paracetamol 500 mg (09 viên): Uống mỗi lần 1 viên, ngày 3 lần, trong 3 ngày', 'Tiền sử bệnh: Không có thông tin', 'Lý do vào viện (đến khám): Ho, sốt 3 ngày', 'Nơi khám: Khoa khám bệnh',
    ]) expect(text).toContain(squeeze(part))
  })

  it('print as a prescription with its code and the weight', async () => {
    const text = await print(1)
    for (const part of ['Mã đơn thuốc: 90001', 'Cân nặng: 61,50 kg', 'Paracetamol 500 mg', 'SL: 09 viên', 'Lời dặn: Nghỉ ngơi, uống nhiều nước', 'Chẩn đoán: Nhiễm trùng hô hấp trên cấp (J06.9); Sốt (R50.9)']) expect(text).toContain(squeeze(part))
  })

  it('have a Composition that conforms', () => {
    for (const { composition } of prepared.documents) expect(createValidator().validate(composition).filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it('read again from the signed text print the same', async () => {
    const [document] = prepared.documents
    if (!document) throw new Error('no document')
    expect(await print(0, { ...document, bundle: parseJsonObject(document.text) })).toBe(await print(0))
  })
})

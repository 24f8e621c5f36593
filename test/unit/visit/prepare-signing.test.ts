/** From a visit sheet to documents and writes: what is signed, what a correction may do, and what stays as its author wrote it. */
import { randomInt, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { FORMS } from '#api/model/form-sections.ts'
import { arrayAt, objectFromPlain, parseJsonObject, stringAt, toPlain, writeJson, type JsonObject } from '#api/model/json.ts'
import type { NewDocument, StoredDocument, Write } from '#api/model/ports.ts'
import { EXTENSION, PROFILE, SID } from '#api/model/systems.ts'
import { createValidator } from '#api/validation/validator.ts'
import { findPrescriptionGaps } from '#api/visit/require-visit.ts'
import { prepareSigning, type Prepared, type PreparedDocument, type SigningRequest } from '#api/visit/prepare-signing.ts'
import { buildProvenance } from '#api/visit/provenance.ts'
import { readVisitBundle } from '#api/visit/read-visit-bundle.ts'
import { keyOf, type StoredResource } from '#api/visit/settle-changes.ts'
import { makeAllergy, makeDiagnosis, makeDrug, makeEncounter, makeNote, makeOrder, makeSheet, makeVital, PATIENT, type SheetEntry } from '#test/support/visit.ts'

const context = { encounter: 'luot-1' }
const encounter = makeEncounter('luot-1', 'khoa-kham')
const history = makeNote(context, 'history', 'Ho khan, sốt 38 độ')
const plan = makeNote(context, 'plan', 'Nghỉ ngơi, uống nhiều nước')
const diagnosis = makeDiagnosis(context, 'J06.9', 'Nhiễm trùng hô hấp trên cấp', '2026')
const second = makeDiagnosis(context, 'R50.9', 'Sốt', '2026')
const drug = makeDrug(context, 'PARA500', 'Paracetamol 500 mg', '2026.1')
const order = makeOrder(context, 'CTM', 'Tổng phân tích tế bào máu', '2026.1')
const weight = makeVital(context, 'weight', 61.5)

const store = (...resources: readonly object[]): StoredResource[] => resources.map((resource) => {
  const json = objectFromPlain(resource)
  return { key: keyOf(json), version: 1, resource: json.set('meta', objectFromPlain({ versionId: '1', lastUpdated: '2026-11-22T01:00:00.000Z', ...(toPlain(json.get('meta') ?? null) as object) })) }
})

const prepare = (entries: readonly SheetEntry[], more: Partial<SigningRequest> = {}): Prepared => prepareSigning({
  changes: readVisitBundle(objectFromPlain(makeSheet(entries)), randomUUID), stored: store(encounter), mode: 'open', reason: '',
  facts: {
    patient: objectFromPlain(PATIENT), hospital: objectFromPlain({ resourceType: 'Organization', id: 'hospital', name: 'Bệnh viện Quân y 900' }),
    department: objectFromPlain({ resourceType: 'Organization', id: 'khoa-kham', name: 'Khoa khám bệnh' }), practitioner: objectFromPlain({ resourceType: 'Practitioner', id: 'bs-mau', name: [{ text: 'Trần Văn Mẫu' }] }),
  },
  documents: [], day: '2026-11-22', at: new Date('2026-11-22T02:00:00.000Z'), timeZone: 'Asia/Ho_Chi_Minh', base: 'http://127.0.0.1:8080/fhir/R4', facility: '90001', kindOf: () => 'C',
  newId: randomUUID, newCode: () => randomUUID(), random: (below) => randomInt(below), ...more,
})

const whole: readonly SheetEntry[] = [
  { resource: { ...encounter, diagnosis: [{ condition: { reference: `Condition/${diagnosis.id}` }, rank: 1 }, { condition: { reference: `Condition/${second.id}` }, rank: 2 }] }, version: 1 },
  { resource: history }, { resource: plan }, { resource: second }, { resource: diagnosis }, { resource: drug }, { resource: order }, { resource: weight },
]
const sections = (document: PreparedDocument | undefined): Record<string, string[]> => Object.fromEntries(arrayAt(document?.bundle, 'entry', 0, 'resource', 'section').map((section) =>
  [stringAt(section, 'code', 'coding', 0, 'code') ?? '', arrayAt(section, 'entry').map((entry) => stringAt(entry, 'reference') ?? '')]))
const writeOf = (prepared: Prepared, resource: { id: string }): Write | undefined => prepared.writes.find((write) => write.key.id === resource.id)
const writtenOf = (prepared: Prepared, resource: { id: string }): JsonObject | undefined => ((write) => (write && 'resource' in write ? write.resource : undefined))(writeOf(prepared, resource))
const asStored = (prepared: Prepared): StoredResource[] => prepared.writes.flatMap((write) => (write.op === 'update' ? [{ key: write.key, version: (write.expected ?? 0) + 1, resource: write.resource }] : []))
const asDocuments = (prepared: Prepared): StoredDocument[] => prepared.documents.map((document) => ({
  id: document.id, code: document.code, form: document.form, slot: document.slot, title: document.title, addenda: [], evidence: { signedAt: '2026-11-22T02:00:00.000Z' }, ...(document.relation && { relation: document.relation }),
} as unknown as StoredDocument))
const correct = (signed: Prepared, mode: 'replaces' | 'appends', entries: readonly SheetEntry[], more: Partial<SigningRequest> = {}): Prepared =>
  prepare(entries, { mode, reason: 'Nhập nhầm liều thuốc', stored: asStored(signed), documents: asDocuments(signed), ...more })

describe('signing an open visit', () => {
  const prepared = prepare(whole)
  const [summary, prescription] = prepared.documents

  it('makes a summary with the sections of the form in print order, and a prescription', () => {
    expect(prepared.documents.map(({ slot, title }) => [slot, title])).toEqual([['visit-summary', 'Bản tóm tắt hồ sơ bệnh án'], ['prescription-C', 'Đơn thuốc']])
    expect(Object.keys(sections(summary))).toEqual(FORMS['visit-summary'].sections.filter((code) => !FORMS['visit-summary'].optional.includes(code)))
    expect(sections(summary)).toMatchObject({
      'main-diagnosis': [`Condition/${diagnosis.id}`], 'other-diagnoses': [`Condition/${second.id}`], history: [`Observation/${history.id}`], plan: [`Observation/${plan.id}`],
      'vital-signs': [`Observation/${weight.id}`], orders: [`ServiceRequest/${order.id}`], medications: [`MedicationRequest/${drug.id}`], examination: [], allergies: [],
    })
    expect(sections(prescription)).toMatchObject({ medications: [`MedicationRequest/${drug.id}`], administrative: expect.arrayContaining([`Observation/${weight.id}`]) })
  })

  it('gives the prescription its 14-character code, and its drugs the same', () => {
    const code = stringAt(prescription?.composition, 'identifier', 'value') ?? ''
    expect(code).toMatch(/^90001[0-9a-z]{7}-C$/)
    expect(stringAt(writtenOf(prepared, drug), 'groupIdentifier', 'value')).toBe(code)
    expect(stringAt(writtenOf(prepared, drug), 'groupIdentifier', 'system')).toBe(SID.prescription)
  })

  it('embeds every resource that a section names, each once, as it will be stored', () => {
    for (const document of prepared.documents) {
      const entries = arrayAt(document.bundle, 'entry').map((entry) => ({ url: stringAt(entry, 'fullUrl'), key: `${stringAt(entry, 'resource', 'resourceType')}/${stringAt(entry, 'resource', 'id')}` }))
      expect(new Set(entries.map(({ key }) => key)).size).toBe(entries.length)
      for (const reference of Object.values(sections(document)).flat()) expect(entries.map(({ key }) => key)).toContain(reference)
      for (const { url, key } of entries) expect(url).toBe(`http://127.0.0.1:8080/fhir/R4/${key}`)
      expect(document.text).toBe(writeJson(document.bundle))
    }
    expect(prescription?.text).toContain(writeJson(writtenOf(prepared, drug) ?? null))
  })

  it('keeps digits: 61.50 stays 61.50 in the text that is signed', () => {
    const sheet = parseJsonObject(JSON.stringify(makeSheet(whole)).replace('61.5', '61.50'))
    const kept = prepare([], { changes: readVisitBundle(sheet, randomUUID) })
    expect(kept.documents[0]?.text).toContain('"value":61.50')
  })

  it('ends the Encounter, names the attender and closes everything of the visit', () => {
    const ended = writtenOf(prepared, encounter)
    expect(stringAt(ended, 'status')).toBe('finished')
    expect(stringAt(ended, 'period', 'end')).toBe('2026-11-22T09:00:00.000+07:00')
    expect(stringAt(ended, 'participant', 0, 'individual', 'reference')).toBe('Practitioner/bs-mau')
    expect(prepared.writes.every((write) => 'immutable' in write && write.immutable)).toBe(true)
    expect(prepared.writes).toHaveLength(8)
  })

  it('closes what the nurse measured without rewriting who measured it when', () => {
    const nurse = { ...weight, effectiveDateTime: '2026-11-22T07:50:00+07:00', performer: [{ reference: 'Practitioner/dd-mau' }] }
    const kept = prepare(whole.map((entry) => (entry.resource === weight ? { resource: weight, version: 1 } : entry)), { stored: store(encounter, nurse) })
    const write = writeOf(kept, weight)
    expect(write).toMatchObject({ op: 'update', expected: 1, immutable: true })
    expect(stringAt(writtenOf(kept, weight), 'performer', 0, 'reference')).toBe('Practitioner/dd-mau')
    expect(stringAt(writtenOf(kept, weight), 'effectiveDateTime')).toBe('2026-11-22T07:50:00+07:00')
  })

  it('leaves allergies open, and lists all of the patient', () => {
    const known = makeAllergy({ encounter: 'luot-0' }, 'Penicillin')
    const found = prepare([...whole, { resource: makeAllergy(context, 'Tôm') }], { stored: store(encounter, known) })
    expect(sections(found.documents[0]).allergies).toHaveLength(2)
    expect(found.writes.filter((write) => write.key.type === 'AllergyIntolerance').map((write) => 'immutable' in write && write.immutable)).toEqual([false])
  })

  it('makes a prescription for each kind of drugs', () => {
    const narcotic = makeDrug(context, 'MOR10', 'Morphin 10 mg', '2026.1')
    const both = prepare([...whole, { resource: narcotic }], { kindOf: (medication) => (stringAt(medication, 'id') === narcotic.id ? 'N' : 'C') })
    expect(both.documents.map(({ slot }) => slot)).toEqual(['visit-summary', 'prescription-N', 'prescription-C'])
    expect(sections(both.documents[1]).medications).toEqual([`MedicationRequest/${narcotic.id}`])
  })

  it('makes no prescription without drugs, and leaves emptied notes out', () => {
    const none = prepare(whole.filter((entry) => entry.resource !== drug).map((entry) => (entry.resource === plan ? { resource: { ...plan, valueString: '—' } } : entry)))
    expect(none.documents.map(({ slot }) => slot)).toEqual(['visit-summary'])
    expect(sections(none.documents[0]).plan).toEqual([])
  })

  it('refuses a sheet that was read before somebody else wrote', () => {
    expect(() => prepare(whole, { stored: store(encounter).map((item) => ({ ...item, version: 2 })) })).toThrow(/version-conflict/)
    expect(() => prepare(whole, { stored: store(encounter, { ...history, valueString: 'Khác' }) })).toThrow(/version-conflict/)
  })
})

describe('sending a sheet again', () => {
  it('adds nothing when the answer to the first try was lost', () => {
    const again = prepare(whole, { stored: store(encounter, history, drug) })
    expect(again.writes.filter((write) => write.key.id === history.id || write.key.id === drug.id)).toHaveLength(2)
    expect(writeOf(again, history)).toMatchObject({ expected: 1 })
  })
})

describe('replacing a signed visit', () => {
  const signed = prepare(whole)
  const again = (change: (resource: NonNullable<SheetEntry['resource']>) => SheetEntry | undefined): SheetEntry[] => asStored(signed).flatMap(({ key, version, resource }) => {
    const plain = toPlain(resource) as NonNullable<SheetEntry['resource']>
    return change(plain) ?? { resource: { ...plain, id: key.id }, version }
  })

  it('replaces the summary alone when the prescription says the same', () => {
    const corrected = correct(signed, 'replaces', again((resource) => (resource.id === history.id ? { resource: { ...resource, valueString: 'Ho khan, sốt 39 độ' }, version: 1 } : undefined)))
    expect(corrected.documents.map(({ slot, relation }) => [slot, relation?.kind, relation?.document])).toEqual([['visit-summary', 'replaces', signed.documents[0]?.id]])
    expect(corrected.writes).toEqual([expect.objectContaining({ key: { type: 'Observation', id: history.id }, expected: 1, amends: true, immutable: true })])
    expect(Object.keys(sections(corrected.documents[0]))[0]).toBe('correction')
    expect(stringAt(corrected.documents[0]?.composition, 'relatesTo', 0, 'extension', 0, 'url')).toBe(EXTENSION.correctionReason)
    expect(stringAt(corrected.documents[0]?.composition, 'status')).toBe('amended')
    expect(stringAt(corrected.documents[0]?.composition, 'section', 0, 'text', 'div')).toContain(`<p>Nhập nhầm liều thuốc</p><p>Văn bản trước: mã tra cứu ${signed.documents[0]?.code}, ký ngày 22/11/2026</p>`)
  })

  it('replaces the prescription, with a new code, when a drug changes', () => {
    const corrected = correct(signed, 'replaces', again((resource) => (resource.id === drug.id ? { resource: makeDrug(context, 'PARA500', 'Paracetamol 500 mg', '2026.1', { id: drug.id, days: 3 }), version: 1 } : undefined)))
    expect(corrected.documents.map(({ slot, relation }) => [slot, relation?.document])).toEqual([['visit-summary', signed.documents[0]?.id], ['prescription-C', signed.documents[1]?.id]])
    expect(stringAt(corrected.documents[1]?.composition, 'identifier', 'value')).not.toBe(stringAt(signed.documents[1]?.composition, 'identifier', 'value'))
  })

  it('replaces the prescription by one that says so when its last drug is removed, and never deletes', () => {
    const corrected = correct(signed, 'replaces', again((resource) => (resource.id === drug.id ? { remove: `MedicationRequest/${drug.id}`, version: 1 } : undefined)))
    expect(corrected.documents.map(({ title, relation }) => [title, relation?.kind])).toEqual([['Bản tóm tắt hồ sơ bệnh án', 'replaces'], ['Đơn thuốc (hủy)', 'replaces']])
    expect(writeOf(corrected, drug)).toMatchObject({ op: 'update', amends: true })
    expect(stringAt(writtenOf(corrected, drug), 'status')).toBe('entered-in-error')
    expect(sections(corrected.documents[1]).medications).toEqual([])
  })
})

describe('adding to a signed visit', () => {
  const signed = prepare(whole)
  const send = (change: (resource: NonNullable<SheetEntry['resource']>) => SheetEntry | undefined, ...added: SheetEntry[]): Prepared => correct(signed, 'appends', [...asStored(signed).map(({ version, resource }) => {
    const plain = toPlain(resource) as NonNullable<SheetEntry['resource']>
    return change(plain) ?? { resource: plain, version }
  }), ...added])

  it('holds only what is new, and leaves the signed resources alone', () => {
    const results = makeNote(context, 'results', 'Bạch cầu 12 G/L')
    const added = send(() => undefined, { resource: results })
    expect(added.documents.map(({ title, relation }) => [title, relation?.kind])).toEqual([['Phiếu bổ sung bản tóm tắt hồ sơ bệnh án', 'appends']])
    expect(Object.keys(sections(added.documents[0]))).toEqual(['addendum', 'administrative', 'results'])
    expect(added.writes).toEqual([expect.objectContaining({ key: { type: 'Observation', id: results.id }, expected: 0, immutable: true })])
  })

  it('makes a note of its own of text that was typed behind a signed note', () => {
    const added = send((resource) => (resource.id === history.id ? { resource: { ...resource, valueString: `${history.valueString}. Khó thở nhẹ` }, version: 1 } : undefined))
    expect(added.writes).toHaveLength(1)
    expect(added.writes[0]?.key.id).not.toBe(history.id)
    expect(stringAt(added.touched[0], 'valueString')).toBe('Khó thở nhẹ')
  })

  it('refuses to change or remove what is signed', () => {
    expect(() => send((resource) => (resource.id === history.id ? { resource: { ...resource, valueString: 'Khác hẳn' }, version: 1 } : undefined))).toThrow(/immutable-record/)
    expect(() => send((resource) => (resource.id === drug.id ? { remove: `MedicationRequest/${drug.id}`, version: 1 } : undefined))).toThrow(/immutable-record/)
    expect(() => send((resource) => (resource.id === encounter.id ? { resource: { ...resource, reasonCode: [{ text: 'Khác' }] }, version: 2 } : undefined))).toThrow(/immutable-record/)
  })

  it('prescribes more by a prescription that adds to the first', () => {
    const more = makeDrug(context, 'AMOX500C', 'Amoxicillin 500 mg', '2026.1')
    const added = send(() => undefined, { resource: more })
    expect(added.documents.map(({ slot, title, relation }) => [slot, title, relation?.document])).toEqual([
      ['visit-summary', 'Phiếu bổ sung bản tóm tắt hồ sơ bệnh án', signed.documents[0]?.id], ['prescription-C', 'Đơn thuốc bổ sung', signed.documents[1]?.id]])
    expect(sections(added.documents[1]).medications).toEqual([`MedicationRequest/${more.id}`])
  })
})

describe('the Provenance of a signed document', () => {
  it('fulfils its profile', () => {
    const document = {
      id: 'van-ban', code: 'ma', form: 'visit-summary', bundleId: 'van-ban', patient: 'benh-nhan-mau', encounter: 'luot-1', bundleSha256: '0f'.repeat(32), pdfSha256: 'a1'.repeat(32), jws: 'eyJhbGciOiJFUzI1NiJ9..abc',
      evidence: { practitioner: 'bs-mau', name: 'Trần Văn Mẫu', signedAt: '2026-11-22T02:00:00.000Z' },
    } as unknown as NewDocument
    const made = buildProvenance('nguon-goc', document)
    expect(arrayAt(made, 'meta', 'profile')).toEqual([PROFILE.provenance])
    expect(createValidator().validate(made)).toEqual([])
  })
})

describe('what the sheet may leave open', () => {
  it('stands on the summary once it is said: admission diagnosis, result, remarks', () => {
    const [admission, remarks] = [makeNote(context, 'admissionDiagnosis', 'Theo dõi viêm phổi'), makeNote(context, 'remarks', 'Nghỉ tập luyện 3 ngày')]
    const ended = { ...encounter, extension: [...(encounter['extension'] as object[]), { url: EXTENSION.treatmentResult, valueCoding: { code: '2', display: 'Đỡ' } }] }
    const [summary] = prepare([{ resource: ended, version: 1 }, ...whole.slice(1), { resource: admission }, { resource: remarks }]).documents
    expect(sections(summary)).toMatchObject({ 'admission-diagnosis': [`Observation/${admission.id}`], result: ['Encounter/luot-1'], remarks: [`Observation/${remarks.id}`], results: [] })
  })
})

describe('a prescription for a child under 72 months', () => {
  const child = { ...PATIENT, birthDate: '2023-03-10' }
  const gaps = (patient: object, entries: readonly SheetEntry[], day = '2026-11-22'): (string | undefined)[] =>
    findPrescriptionGaps({ ...prepare(entries).chart, patient: objectFromPlain(patient) }, day).map(({ expression }) => expression)
  const mother = { contact: [{ name: { text: 'Trần Thị Mẫu' } }] }
  const unweighed = whole.filter(({ resource }) => resource !== weight)

  it('is not signed without weight and the one who brought the child', () => {
    expect(gaps(child, unweighed)).toEqual(['Observation', 'Patient.contact'])
    expect(gaps(child, whole)).toEqual(['Patient.contact'])
    expect(gaps({ ...child, ...mother }, unweighed)).toEqual(['Observation'])
    expect(gaps({ ...child, ...mother }, whole)).toEqual([])
  })

  it('asks nothing of others, nor where no drug is prescribed', () => {
    expect(gaps(PATIENT, unweighed)).toEqual([])
    expect(gaps(child, unweighed, '2029-03-10')).toEqual([])
    expect(gaps(child, unweighed, '2029-03-09')).not.toEqual([])
    expect(gaps(child, unweighed.filter(({ resource }) => resource !== drug))).toEqual([])
  })
})

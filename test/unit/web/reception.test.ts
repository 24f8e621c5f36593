/** The reception desk's decisions: what was scanned, what is missing, how the form becomes a Patient and comes back. */
import { describe, expect, test } from 'vitest'
import type { Patient } from '@medplum/fhirtypes'
import { issuerOn, parseCitizenCard } from '#api/model/citizen-card.ts'
import { createValidator } from '#api/validation/validator.ts'
import { EXTENSION, PROFILE, SID } from '#api/model/systems.ts'
import { buildPatient, isUnchanged, readPatient, splitName } from '#web/features/reception/patient-form.ts'
import { applyCard, applyIssue, checkForm, emptyForm, matchQuestion, type RegistrationForm } from '#web/features/reception/registration-form.ts'
import { parseScanInput } from '#web/features/reception/scan-input.ts'
import { saysMore } from '#web/features/reception/use-aside.ts'

const CARD = '001080012345|012345678|Nguyễn Văn Mẫu|05031980|Nam|Số 1 phố Mẫu, Phường Ba Đình, Hà Nội|01012022'
const rank = { system: 'x', version: '2025', code: '1T', display: 'Thiếu tá' }
const category = { system: 'y', version: '2025', code: 'SQ', display: 'Sĩ quan' }
const full = (over: Partial<RegistrationForm> = {}): RegistrationForm => ({
  ...emptyForm('dep-1'), citizen: '001080012345', name: 'Nguyễn Văn  Mẫu ', birthDate: '1980-03-05', gender: 'male', phone: '0900 000 001', insurance: 'qn 597 0123456789',
  category, rank, unit: 'Trung đoàn Mẫu', militaryNumber: '12345678', addressLine: 'Số 1 phố Mẫu', province: { code: '01', display: 'Thành phố Hà Nội' }, ...over,
})

describe('what is held when another person takes the form', () => {
  test('is what no record says: other words, not other accents or spacing, nor the clinic', () => {
    const record = { ...emptyForm(), name: 'Nguyễn Văn Mẫu', phone: '0900 000 001', rank }
    expect(saysMore(emptyForm('dep-1'), emptyForm())).toBe(false)
    expect(saysMore({ ...emptyForm('dep-1'), name: 'nguyen van mau', phone: '0900000001', rank }, record)).toBe(false)
    expect(saysMore({ ...emptyForm(), phone: '0900000002' }, record)).toBe(true)
    expect(saysMore({ ...emptyForm(), reason: 'Ho' }, record)).toBe(true)
  })
})

describe('the scan box', () => {
  test('knows a card, numbers and words apart', () => {
    expect(parseScanInput(`${CARD}\n`).kind).toBe('card')
    expect(parseScanInput('001080012345|Nguyễn').kind).toBe('unreadable')
    expect(parseScanInput('001080012345')).toEqual({ kind: 'citizen', value: '001080012345' })
    expect(parseScanInput('QN 5 97 0123456789')).toEqual({ kind: 'insurance', value: 'QN5970123456789' })
    expect(parseScanInput('nguyen van mau')).toEqual({ kind: 'words', text: 'nguyen van mau' })
    expect(parseScanInput('  ').kind).toBe('empty')
  })
})

describe('the form', () => {
  test('asks for name, birth, sex and clinic, and nothing else', () => {
    expect(Object.keys(checkForm(emptyForm(), '2026-11-22').errors).sort()).toEqual(['birthDate', 'department', 'gender', 'name'])
    expect(checkForm(full(), '2026-11-22').errors).toEqual({})
  })
  test('warns where number and person disagree, without being in the way', () => {
    expect(checkForm(full({ gender: 'female' }), '2026-11-22')).toMatchObject({ errors: {}, warnings: { citizen: 'citizenGender' } })
    expect(checkForm(full({ birthDate: '1981' }), '2026-11-22').warnings.citizen).toBe('citizenYear')
  })
  test('refuses a half number, an insurance number of no form, and a birth in the future', () => {
    expect(checkForm(full({ citizen: '00108', insurance: 'QN59', birthDate: '2027-01-01' }), '2026-11-22').errors).toEqual({ citizen: 'citizenLength', insurance: 'insuranceForm', birthDate: 'birthFuture' })
  })
  test('misses rank and unit of those who serve', () => {
    expect(checkForm(full({ rank: null, unit: '' }), '2026-11-22').warnings).toMatchObject({ rank: 'rankMissing', unit: 'unitMissing' })
    expect(checkForm(full({ category: { code: 'TQ' }, rank: null, unit: '' }), '2026-11-22').warnings).toEqual({})
  })
  test('takes the card\'s word for everything but an address that is known', () => {
    const card = parseCitizenCard(CARD)
    if (!card) throw new Error('the card must read')
    expect(applyCard(emptyForm(), card)).toMatchObject({ citizen: '001080012345', name: 'Nguyễn Văn Mẫu', birthDate: '1980-03-05', gender: 'male', addressLine: 'Số 1 phố Mẫu, Phường Ba Đình, Hà Nội', citizenIssued: '2022-01-01', citizenIssuer: 'Cục Cảnh sát quản lý hành chính về trật tự xã hội' })
    expect(applyCard({ ...emptyForm(), addressLine: 'Nhà mới' }, card).addressLine).toBe('Nhà mới')
  })
  test('asks who comes with a minor, and cannot do without for a child under 72 months', () => {
    const mother = { contactName: 'Trần Thị Mẫu', contactRelation: 'MTH' } as const
    const finds = (birthDate: string, over: Partial<RegistrationForm> = {}) => checkForm(full({ citizen: '', birthDate, ...over }), '2026-11-22')
    expect(finds('2020-11-23').errors).toEqual({ contactName: 'contactForChild' })
    expect(finds('2020-11-23', mother)).toMatchObject({ errors: {}, warnings: { citizen: 'citizenMissing' } })
    expect(finds('2020-11-22')).toMatchObject({ errors: {}, warnings: { contactName: 'contactForMinor' } })
    expect(finds('2010-11-23').warnings.contactName).toBe('contactForMinor')
    expect(finds('2010-11-22').warnings.contactName).toBeUndefined()
    // a year alone counts as its first day: nobody is asked for a guardian who may not need one
    expect(finds('2021').errors).toEqual({ contactName: 'contactForChild' })
    expect(finds('2020').errors).toEqual({})
  })
  test('takes no half contact', () => {
    expect(checkForm(full({ contactPhone: '0900 000 002' }), '2026-11-22').errors).toEqual({ contactName: 'contactNameMissing' })
    expect(checkForm(full({ contactName: 'Trần Thị Mẫu', contactCitizen: '0921' }), '2026-11-22').errors).toEqual({ contactRelation: 'contactRelationMissing', contactCitizen: 'citizenLength' })
  })
  test('asks for duplicates only with enough to ask', () => {
    expect(matchQuestion({ ...emptyForm(), name: 'Nguyễn', birthDate: '1980' })).toBeUndefined()
    expect(matchQuestion({ ...emptyForm(), name: 'nguyen van' })).toEqual({ name: 'nguyen van' })
    expect(matchQuestion({ ...emptyForm(), name: 'Nguyễn Văn Mẫu', birthDate: '1980' })).toEqual({ name: 'Nguyễn Văn Mẫu', birthDate: '1980' })
    expect(matchQuestion({ ...emptyForm(), citizen: '001080012345' })).toEqual({ identifier: '001080012345' })
  })
})

describe('a Patient', () => {
  test('carries the profile, composed names and codes with system and version', () => {
    const patient = buildPatient(full())
    expect(patient.meta?.profile).toEqual([PROFILE.patient])
    expect(patient.name).toEqual([{ use: 'official', text: 'Nguyễn Văn Mẫu', family: 'Nguyễn', given: ['Văn', 'Mẫu'] }])
    expect(patient.identifier).toEqual([{ system: SID.citizen, value: '001080012345' }, { system: SID.insurance, value: 'QN5970123456789' }, { system: SID.military, value: '12345678' }])
    expect(patient.extension?.find((part) => part.url === EXTENSION.military)?.extension).toContainEqual({ url: 'rank', valueCoding: rank })
    expect(patient.address?.[0]).toMatchObject({ text: 'Số 1 phố Mẫu, Thành phố Hà Nội', line: ['Số 1 phố Mẫu'], state: 'Thành phố Hà Nội' })
  })
  test('comes back into the form as it was typed', () => {
    const { department: _d, reason: _r, ...form } = full({ name: 'Nguyễn Văn Mẫu', insurance: 'QN5970123456789' })
    expect(readPatient(buildPatient(full()))).toEqual(form)
  })
  const guarded = full({ name: 'Nguyễn Văn Mẫu', insurance: 'QN5970123456789', contactName: 'Trần Thị Mẫu', contactRelation: 'GUARD', contactPhone: '0900 000 002', contactCitizen: '001 185 000 001' })
  test('names father, mother or guardian as the profile takes it, and gives it back', () => {
    const patient = buildPatient(guarded)
    expect(patient.contact).toEqual([{
      extension: [{ url: EXTENSION.contactCitizen, valueIdentifier: { system: SID.citizen, value: '001185000001' } }],
      relationship: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'GUARD', display: 'guardian' }], text: 'Người giám hộ' }],
      name: { text: 'Trần Thị Mẫu', family: 'Trần', given: ['Thị', 'Mẫu'] }, telecom: [{ system: 'phone', value: '0900 000 002' }],
    }])
    expect(createValidator().validate({ resourceType: 'Patient', meta: patient.meta, name: patient.name, contact: patient.contact })).toEqual([])
    expect(readPatient(patient)).toMatchObject({ contactName: 'Trần Thị Mẫu', contactRelation: 'GUARD', contactPhone: '0900 000 002', contactCitizen: '001185000001' })
  })
  test('keeps when and by whom the card was issued, beside its number', () => {
    const card = parseCitizenCard(CARD)
    if (!card) throw new Error('the card must read')
    const before = buildPatient(full({ name: 'Nguyễn Văn Mẫu' }))
    // a known patient: the card's day is added, a card of another number is not
    const form = applyIssue({ ...readPatient(before), department: 'd', reason: '' }, card)
    expect(isUnchanged(form, before)).toBe(false)
    const after = buildPatient(form, before)
    expect(after.identifier?.[0]).toEqual({ system: SID.citizen, value: '001080012345', period: { start: '2022-01-01' }, assigner: { display: 'Cục Cảnh sát quản lý hành chính về trật tự xã hội' } })
    expect(applyIssue({ ...readPatient(after), department: 'd', reason: '' }, card)).toMatchObject({ citizenIssued: '2022-01-01' })
    expect(isUnchanged(applyIssue({ ...readPatient(after), department: 'd', reason: '' }, card), after)).toBe(true)
    expect(applyIssue(full({ citizen: '001080099999' }), card).citizenIssued).toBe('')
    expect(checkForm(full({ citizenIssued: '2027-01-01' }), '2026-11-22').errors).toEqual({ citizenIssued: 'issuedFuture' })
  })
  test('knows who issued a card by its day', () => {
    expect([issuerOn('2020-12-31'), issuerOn('2024-06-30'), issuerOn('2024-07-01')]).toEqual(['', 'Cục Cảnh sát quản lý hành chính về trật tự xã hội', 'Bộ Công an'])
  })
  test('of a return patient keeps the guardian, who a card says nothing about', () => {
    const before = buildPatient(guarded)
    const card = parseCitizenCard(CARD)
    if (!card) throw new Error('the card must read')
    const form = applyCard({ ...readPatient(before), department: 'd', reason: '' }, card)
    expect(buildPatient(form, before).contact).toEqual(before.contact)
  })
  test('changes the one contact that the desk shows and keeps the words of a relation that it does not offer', () => {
    const spouse = { relationship: [{ text: 'Vợ' }], name: { text: 'Lê Thị Giả', use: 'usual' as const }, telecom: [{ system: 'email' as const, value: 'a@b.example' }] }
    const mother = { relationship: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH' }] }], name: { family: 'Trần', given: ['Thị', 'Mẫu'] } }
    const alone: Patient = { resourceType: 'Patient', contact: [spouse] }
    expect(readPatient(alone)).toMatchObject({ contactName: 'Lê Thị Giả', contactRelation: 'O' })
    expect(buildPatient({ ...full(), ...readPatient(alone), contactPhone: '0900' }, alone).contact).toEqual([{ ...spouse, telecom: [{ system: 'phone', value: '0900' }, ...spouse.telecom] }])
    const both: Patient = { resourceType: 'Patient', contact: [spouse, mother] }
    expect(readPatient(both)).toMatchObject({ contactName: 'Trần Thị Mẫu', contactRelation: 'MTH' })
    expect(buildPatient({ ...full(), ...readPatient(both), contactName: '' }, both).contact).toEqual([spouse])
  })
  test('keeps what the form does not show', () => {
    const before: Patient = {
      resourceType: 'Patient', id: 'p1', meta: { versionId: '4', profile: ['http://other'] }, deceasedBoolean: false, multipleBirthInteger: 2,
      identifier: [{ system: SID.patient, value: '900-1' }, { system: SID.citizen, value: '009', period: { end: '2020' } }],
      extension: [{ url: 'http://other', valueString: 'x' }], telecom: [{ system: 'email', value: 'a@b.example' }], name: [{ text: 'Tên Cũ' }, { use: 'nickname', text: 'Bí danh' }],
      contact: [{ name: { text: 'Người nhà' }, organization: { display: 'Thôn Mẫu' } }],
    }
    const after = buildPatient(full({ contactName: 'Người nhà' }), before)
    expect(after).toMatchObject({ id: 'p1', multipleBirthInteger: 2, contact: before.contact, meta: { versionId: '4', profile: ['http://other', PROFILE.patient] } })
    expect(after.identifier?.map((identifier) => identifier.value)).toEqual(['900-1', '001080012345', 'QN5970123456789', '12345678'])
    expect(after.extension).toContainEqual({ url: 'http://other', valueString: 'x' })
    expect(after.telecom).toEqual([{ system: 'phone', value: '0900 000 001', use: 'mobile' }, { system: 'email', value: 'a@b.example' }])
    expect(after.name?.map((name) => name.text)).toEqual(['Nguyễn Văn Mẫu', 'Bí danh'])
  })
  test('loses what the desk emptied', () => {
    const before = buildPatient(full())
    const after = buildPatient({ ...emptyForm(), name: 'Nguyễn Văn Mẫu', gender: 'male', birthDate: '1980-03-05' }, before)
    expect([after.identifier, after.extension, after.telecom, after.address]).toEqual([undefined, undefined, undefined, undefined])
  })
  test('of a return patient whose form was left alone stays at its version', () => {
    const before = buildPatient(full())
    expect(isUnchanged({ ...readPatient(before), department: 'd', reason: 'ho' }, before)).toBe(true)
    expect(isUnchanged({ ...readPatient(before), phone: '0911', department: 'd', reason: '' }, before)).toBe(false)
  })
  test('of one word has a family name alone', () => { expect(splitName('Mẫu')).toEqual({ family: 'Mẫu' }) })
})

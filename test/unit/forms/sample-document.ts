/** Document Bundles of an invented visit, as api/visit writes them: what the form tests print. */
import { FORM_SECTIONS, FORMS, type FormSection } from '#api/model/form-sections.ts'
import type { FormCode, Letterhead, PrintRequest } from '#api/model/ports.ts'
import { CODE_SYSTEM, EXTENSION, LOINC, SID } from '#api/model/systems.ts'

export const LETTERHEAD: Letterhead = {
  governingBody: 'Cục Hậu cần - Kỹ thuật Quân khu 9', hospital: 'Bệnh viện Quân y 900', address: 'Số 1 đường Mẫu, phường Ví Dụ, thành phố Cần Thơ',
  phone: '0292 000 0000', place: 'Cần Thơ', facilityCode: '99900',
}

export interface SampleDrug { readonly name: string; readonly quantity: number; readonly unit: string; readonly text?: string }

/** What a sample varies; each has a plain default. */
export interface Sample {
  readonly name?: string
  readonly birthDate?: string
  readonly unit?: string
  readonly address?: string
  readonly occupation?: string
  readonly reason?: string
  readonly history?: string
  readonly pastHistory?: string
  readonly examination?: string
  readonly results?: string
  readonly plan?: string
  readonly mainDiagnosis?: string
  readonly otherDiagnoses?: readonly string[]
  readonly drugs?: readonly SampleDrug[]
  readonly allergies?: readonly string[]
  readonly civilian?: boolean
  readonly bare?: boolean
  readonly correction?: string
  readonly addendum?: string
  readonly followUp?: string | null
  readonly prescriptionCode?: string
  /** In place of the wife that a grown-up names. */
  readonly contacts?: readonly object[]
}

export const DRUG_NAMES = [
  'Amoxicillin + Acid clavulanic (Augmentin) 875 mg + 125 mg, viên nén bao phim', 'Paracetamol 500 mg, viên nén', 'Alpha chymotrypsin 4200 đơn vị USP, viên nén', 'Loratadin 10 mg, viên nén',
  'Dextromethorphan 15 mg, viên nén', 'Omeprazol 20 mg, viên nang', 'Vitamin C 500 mg, viên nén', 'Natri clorid 0,9%, dung dịch nhỏ mũi', 'Amlodipin 5 mg, viên nén', 'Metformin 850 mg, viên nén', 'Atorvastatin 20 mg, viên nén', 'Calci carbonat + Vitamin D3 1250 mg + 125 IU, viên nén',
] as const

const concept = (system: string, code: string, display: string) => ({ coding: [{ system, version: '2026', code, display }] })
const note = (id: string, loinc: { code: string; vi: string }, value: string) => ({ resourceType: 'Observation', id, status: 'final', code: concept(CODE_SYSTEM.loinc, loinc.code, loinc.vi), valueString: value })
const vital = (id: string, loinc: { code: string; vi: string; unit?: string }, value: number) => ({
  resourceType: 'Observation', id, status: 'final', code: concept(CODE_SYSTEM.loinc, loinc.code, loinc.vi), valueQuantity: { value, unit: loinc.unit, system: CODE_SYSTEM.ucum, code: loinc.unit },
})
const condition = (id: string, code: string, display: string) => ({ resourceType: 'Condition', id, code: concept(CODE_SYSTEM.icd10, code, display) })

const patientOf = (sample: Sample) => ({
  resourceType: 'Patient', id: 'p1',
  name: [{ use: 'official', text: sample.name ?? 'Nguyễn Văn Mẫu' }],
  birthDate: sample.birthDate ?? '1990-03-05', gender: 'male',
  ...(!sample.bare && {
    identifier: [
      { system: SID.citizen, value: '092090012345', period: { start: '2022-01-01' }, assigner: { display: 'Cục Cảnh sát quản lý hành chính về trật tự xã hội' } }, { system: SID.insurance, value: 'QN5979712345678' }, { system: SID.patient, value: 'BN26000123' },
      ...(sample.civilian ? [] : [{ system: SID.military, value: '20-123456' }]),
    ],
    telecom: [{ system: 'phone', value: '0900 000 001' }],
    address: [{ text: sample.address ?? 'Số 12 đường Hoa Mẫu, xã Ví Dụ, thành phố Cần Thơ' }],
    contact: sample.contacts ?? [{ relationship: [{ text: 'Vợ' }], name: { text: 'Trần Thị Ví Dụ' }, telecom: [{ system: 'phone', value: '0900 000 002' }] }],
    extension: [
      { url: EXTENSION.ethnicity, valueCoding: { system: CODE_SYSTEM.ethnicGroups, code: '01', display: 'Kinh' } },
      { url: EXTENSION.occupation, valueCoding: { system: CODE_SYSTEM.occupations, code: '06', display: sample.occupation ?? 'Lực lượng vũ trang' } },
      ...(sample.civilian ? [] : [{
        url: EXTENSION.military,
        extension: [
          { url: 'category', valueCoding: { system: CODE_SYSTEM.categories, code: 'SQ', display: 'Sĩ quan' } }, { url: 'rank', valueCoding: { system: CODE_SYSTEM.ranks, code: '2U', display: 'Trung úy' } },
          { url: 'position', valueString: 'Trung đội trưởng' }, { url: 'unit', valueString: sample.unit ?? 'Đại đội 1, Tiểu đoàn 2, Trung đoàn 300' }, { url: 'enlisted', valueDate: '2008-09-01' },
        ],
      }]),
    ],
  }),
})

const THREE_DRUGS: readonly SampleDrug[] = DRUG_NAMES.slice(0, 3).map((name, index) => ({ name, quantity: [14, 6, 21][index] ?? 1, unit: 'viên' }))

const drugsOf = (sample: Sample) => (sample.drugs ?? THREE_DRUGS).map((drug, index) => ({
  resourceType: 'MedicationRequest', id: `m${index}`, status: 'active', intent: 'order', groupIdentifier: { system: SID.prescription, value: sample.prescriptionCode ?? '999000a1b2c3-C' },
  medicationCodeableConcept: concept(CODE_SYSTEM.medicines, `T${index}`, drug.name),
  dosageInstruction: [{
    ...(drug.text && { text: drug.text }),
    timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd', when: ['PC'], boundsDuration: { value: 7, unit: 'ngày', system: CODE_SYSTEM.ucum, code: 'd' } } },
    route: concept(CODE_SYSTEM.routes, '1.01', 'Uống'), doseAndRate: [{ doseQuantity: { value: 1, unit: drug.unit } }],
  }],
  dispenseRequest: { quantity: { value: drug.quantity, unit: drug.unit }, expectedSupplyDuration: { value: 7, unit: 'ngày', system: CODE_SYSTEM.ucum, code: 'd' } },
}))

interface Part { readonly resources: readonly { resourceType: string; id: string }[]; readonly text?: string; readonly empty?: string }

const partsOf = (sample: Sample, encounter: { resourceType: string; id: string }, patient: { resourceType: string; id: string }): Partial<Record<FormSection, Part>> => {
  const narrative = (id: string, loinc: { code: string; vi: string }, value: string | undefined): Part => (value ? { resources: [note(id, loinc, value)] } : { resources: [], empty: 'notasked' })
  const bare = sample.bare
  return {
    ...(sample.correction && { correction: { resources: [], text: sample.correction } }),
    ...(sample.addendum && { addendum: { resources: [], text: sample.addendum } }),
    administrative: { resources: [patient, encounter] },
    ...(!bare && { 'admission-diagnosis': narrative('o6', LOINC.admissionDiagnosis, 'Theo dõi viêm họng'), result: { resources: [encounter] }, remarks: narrative('o7', LOINC.remarks, 'Nghỉ tập luyện 03 ngày.') }),
    'main-diagnosis': { resources: [condition('c1', 'J02.9', sample.mainDiagnosis ?? 'Viêm họng cấp, không xác định')] },
    'other-diagnoses': bare ? { resources: [], empty: 'nilknown' } : { resources: (sample.otherDiagnoses ?? ['Tăng huyết áp vô căn (nguyên phát)']).map((display, index) => condition(`c${index + 2}`, 'I10', display)) },
    reason: { resources: [encounter] },
    history: narrative('o1', LOINC.history, bare ? undefined : (sample.history ?? 'Bệnh khởi phát 3 ngày nay với sốt nhẹ, đau họng, nuốt vướng, ho khan về đêm. Ở đơn vị đã dùng Paracetamol 500 mg, đỡ ít, nay đến khám.')),
    'past-history': narrative('o2', LOINC.pastHistory, bare ? undefined : (sample.pastHistory ?? 'Tăng huyết áp 2 năm, điều trị thường xuyên.')),
    allergies: sample.allergies || !bare
      ? { resources: (sample.allergies ?? ['Penicillin V']).map((text, index) => ({ resourceType: 'AllergyIntolerance', id: `a${index}`, code: { text }, criticality: 'high', reaction: [{ manifestation: [{ text: 'Nổi mày đay' }] }] })) }
      : { resources: [], empty: 'notasked' },
    'vital-signs': bare ? { resources: [], empty: 'notasked' } : {
      resources: [
        vital('v1', LOINC.pulse, 82), vital('v2', LOINC.temperature, 37.8),
        {
          resourceType: 'Observation', id: 'v3', status: 'final', code: concept(CODE_SYSTEM.loinc, LOINC.bloodPressure.code, 'Huyết áp'), ...{ component: [LOINC.systolic, LOINC.diastolic].map((part, index) => ({
            code: concept(CODE_SYSTEM.loinc, part.code, part.vi), valueQuantity: { value: [130, 80][index], unit: 'mmHg', code: 'mm[Hg]' },
          })) },
        } as { resourceType: string; id: string },
        vital('v4', LOINC.respiration, 18), vital('v5', LOINC.oxygen, 98), vital('v6', LOINC.weight, 64.5), vital('v7', LOINC.height, 168), vital('v8', LOINC.bmi, 22.9),
      ],
    },
    examination: narrative('o3', LOINC.examination, bare ? undefined : (sample.examination ?? 'Họng đỏ, hai amidan sưng độ II, không có giả mạc. Phổi thông khí đều, không ran. Tim đều, T1 T2 rõ. Bụng mềm.')),
    orders: bare ? { resources: [], empty: 'nilknown' } : { resources: [{ resourceType: 'ServiceRequest', id: 's1', ...{ code: concept(CODE_SYSTEM.orders, 'XN001', 'Tổng phân tích tế bào máu ngoại vi') } }, { resourceType: 'ServiceRequest', id: 's2', ...{ code: concept(CODE_SYSTEM.orders, 'CDHA01', 'Chụp X-quang ngực thẳng') } }] },
    results: narrative('o4', LOINC.results, bare ? undefined : (sample.results ?? 'Bạch cầu 11,2 G/L; CRP 12 mg/L. X-quang ngực: không thấy bất thường.')),
    medications: bare ? { resources: [], empty: 'nilknown' } : { resources: drugsOf(sample) },
    outcome: { resources: [encounter] },
    plan: narrative('o5', LOINC.plan, bare ? undefined : (sample.plan ?? 'Nghỉ ngơi, uống nhiều nước ấm, súc họng nước muối ngày 3 lần.')),
    ...(sample.followUp !== null && !bare && { 'follow-up': { resources: [encounter] } }),
    ...(!bare && { 'sick-leave': { resources: [encounter] }, referral: { resources: [encounter], text: 'Chuyển đến: Bệnh viện Quân y 975' } }),
  }
}

export const sampleBundle = (form: FormCode, sample: Sample = {}): unknown => {
  const patient = patientOf(sample)
  const department = { resourceType: 'Organization', id: 'd1', name: 'Khoa Khám bệnh (C1)' }
  const encounter = {
    resourceType: 'Encounter', id: 'e1', status: 'finished', identifier: [{ system: SID.visit, value: '99900.2026.0000123' }], serviceProvider: { reference: 'Organization/d1' },
    period: { start: '2026-11-22T08:15:00+07:00', end: '2026-11-22T08:47:00+07:00' },
    ...((sample.reason ?? !sample.bare) && { reasonCode: [{ text: sample.reason ?? 'Đau họng, sốt' }] }),
    ...(!sample.bare && { hospitalization: { destination: { display: 'Bệnh viện Quân y 975' }, dischargeDisposition: concept(CODE_SYSTEM.dispositions, 've-don-vi', 'Cấp đơn, về đơn vị theo dõi') } }),
    ...(!sample.bare && { extension: [
      { url: EXTENSION.treatmentResult, valueCoding: { system: CODE_SYSTEM.treatmentResult, code: '2', display: 'Đỡ' } },
      { url: EXTENSION.referral, extension: [
        { url: 'reason', valueCoding: { system: CODE_SYSTEM.referralReason, code: '1b' } }, { url: 'transport', valueString: 'Xe cứu thương' }, { url: 'escort', valueString: 'Phạm Thị Mẫu, điều dưỡng' },
      ] },
      { url: EXTENSION.sickLeave, valuePeriod: { start: '2026-11-22', end: '2026-11-24' } },
      ...(sample.followUp === null ? [] : [{ url: EXTENSION.followUp, valueDate: sample.followUp ?? '2026-11-29' }]),
    ] }),
  }
  const parts = partsOf(sample, encounter, patient)
  const sections = FORMS[form].sections.flatMap((code) => {
    const part = parts[code]
    if (!part || (sample.addendum && !['addendum', 'examination', 'plan'].includes(code))) return []
    return [{
      title: FORM_SECTIONS[code].vi, code: { coding: [{ system: CODE_SYSTEM.formSection, code }] },
      ...(part.text !== undefined && { text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${part.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p></div>` } }),
      ...(part.resources.length > 0 && { entry: part.resources.map((resource) => ({ reference: `${resource.resourceType}/${resource.id}` })) }),
      ...(part.empty && { emptyReason: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: part.empty }] } }),
    }]
  })
  const composition = {
    resourceType: 'Composition', id: 'x1', status: 'final', subject: { reference: 'Patient/p1' }, encounter: { reference: 'Encounter/e1' }, date: '2026-11-22T08:47:00+07:00', title: FORMS[form].vi,
    ...(form === 'prescription' && { identifier: { system: SID.prescription, value: sample.prescriptionCode ?? '999000a1b2c3-C' } }),
    section: sections,
  }
  const resources = new Map([composition, patient, encounter, department, ...Object.values(parts).flatMap((part) => part.resources)].map((resource) => [`${resource.resourceType}/${resource.id}`, resource]))
  return { resourceType: 'Bundle', type: 'document', entry: [...resources.values()].map((resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource })) }
}

export const sampleRequest = (form: FormCode, sample: Sample = {}, letterhead: Letterhead = LETTERHEAD): PrintRequest => ({
  form, letterhead, bundle: sampleBundle(form, sample), bundleSha256: 'ab'.repeat(32), verifyUrl: 'http://127.0.0.1:8080/xac-minh?ma=k3v9q2m7x4t8c1z6w5n0b2d3f4', code: 'k3v9q2m7x4t8c1z6w5n0b2d3f4',
  at: new Date('2026-11-22T01:47:12Z'), signer: { name: 'Thiếu tá, BS Trần Văn Mẫu', title: 'Bác sĩ điều trị' },
})
